import type { Calibration } from '@loci/scoring';
import type { CodeVersion } from './provenance.js';
import type { GroupScore, Report } from './summary.js';
import type { Scored, ScoreTable } from './tables.js';

const NAMES: Record<string, string> = {
  'vsi-bench': 'VSI-Bench',
  'vsti-bench': 'VSTI-Bench',
  scanqa: 'ScanQA',
  sqa3d: 'SQA3D',
  short: 'short (< 1 min)',
  mid: 'mid (1–2 min)',
  long: 'long (> 2 min)',
};

/** A benchmark's or a group's name as people write it. */
export const nameOf = (name: string): string => NAMES[name] ?? name;

export const one = (value: number | null): string => (value === null ? '–' : value.toFixed(1));
export const signed = (value: number | null): string =>
  value === null ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
export const withError = ({ score, standard_error }: Pick<Scored, 'score' | 'standard_error'>): string =>
  standard_error === null ? one(score) : `${one(score)} ± ${one(standard_error)}`;

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

const cells = (name: string, each: Scored): string[] => [
  name,
  withError(each),
  one(each.blind),
  signed(each.margin),
  String(each.questions),
];

/** The report for people. The figures lie beside it. */
export function reportMarkdown(report: Report): string {
  const { dataset, model, code, counts, made_at } = report;
  return [
    `# ${dataset.name}: ${model ?? 'no model answered'}`,
    `${counts.questions} questions on ${counts.videos} videos, made ${made_at.slice(0, 10)} with ${versionOf(code)}.` +
      (counts.without_answer_yet === 0
        ? ''
        : ` ${counts.without_answer_yet} more questions of the data set were not asked.`),
    'Scores are percent, ± one standard error (questions taken as independent). ' +
      (report.blind_fitted_on === null
        ? 'There is no blind baseline: nothing to fit it on.'
        : `*Blind* is what the most frequent answers reach without seeing anything; fitted on ${report.blind_fitted_on}.`),
    ...report.tables.flatMap((each) => [
      `## ${nameOf(each.benchmark)}`,
      scoreTable(each),
      `![Scores by task](tasks-${each.benchmark}.svg)`,
    ]),
    ...(report.words === null ? [] : [wordsTable(report.words)]),
    ...(report.debiased ?? []).map(
      (each) => `Debiased (the questions that are not \`pruned\`): ${averages(each)}.`,
    ),
    ...(report.horizon.length === 0
      ? []
      : [
          '## Long horizon',
          groupTable('videos', report.horizon),
          '![Scores by the length of the video](horizon.svg)',
        ]),
    ...(report.frames.length === 0
      ? []
      : [
          '## Number of frames',
          groupTable('sampled frames', report.frames),
          '![Scores by the number of frames](frames.svg)',
        ]),
    '## Calibration',
    calibrationLines(report),
    '![Calibration](calibration.svg)',
    '## The run',
    runLines(report).join('\n'),
    '',
  ].join('\n\n');
}

/** The commit in words. */
export const versionOf = (code: CodeVersion | null): string =>
  code === null
    ? 'an unknown commit'
    : `commit ${code.commit.slice(0, 12)}${code.changed ? ' with changes' : ''}`;

function scoreTable({ tasks, macro, micro }: ScoreTable): string {
  const rows = tasks.map((each) =>
    each.score === null ? [each.task, '–', '–', '–', '0'] : cells(each.task, each),
  );
  const present = rows.filter(([, score]) => score !== '–').length;
  const averageRows = [
    ...(macro === null
      ? []
      : [
          cells(
            `**macro: mean over ${present === tasks.length ? 'the' : `${present} of the`} ${tasks.length} tasks**`,
            macro,
          ),
        ]),
    cells('micro: flat mean over questions', micro),
  ];
  return table(['task', 'score', 'blind', 'margin', 'questions'], [...rows, ...averageRows]);
}

const averages = ({ benchmark, macro, micro }: ScoreTable): string =>
  `${nameOf(benchmark)} ${macro === null ? '' : `macro ${withError(macro)}, `}micro ${withError(micro)}, blind ${one((macro ?? micro).blind)}, ${micro.questions} questions`;

const wordsTable = ({
  em,
  em_refined,
  bleu_4,
  meteor,
  rouge_l,
  cider,
}: NonNullable<Report['words']>): string =>
  table(
    ['', 'EM@1', 'EM-R@1', 'BLEU-4', 'METEOR', 'ROUGE-L', 'CIDEr'],
    [['all questions', ...[em, em_refined, bleu_4, meteor, rouge_l, cider].map(one)]],
  );

const groupTable = (what: string, groups: readonly GroupScore[]): string =>
  table(
    [what, 'benchmark', 'score', 'blind', 'questions'],
    groups.map((each) => [
      nameOf(each.group),
      nameOf(each.benchmark),
      withError(each),
      one(each.blind),
      String(each.questions),
    ]),
  );

function calibrationLines({ calibration: { choices, numbers, words } }: Report): string {
  const line = (name: string, found: Calibration | null) =>
    found === null
      ? []
      : [`- ${name}: expected calibration error ${found.error.toFixed(3)} over ${found.questions} answers`];
  const lines = [
    ...line('choices', choices),
    ...line('numbers (right is their mean relative accuracy)', numbers),
    ...line('words (exact match)', words),
  ];
  return lines.length === 0 ? 'No question was answered.' : lines.join('\n');
}

function runLines({ timings, out_of_domain, counts, failures }: Report): string[] {
  const latency =
    timings.latency_s === null
      ? 'not known'
      : `median ${timings.latency_s.median.toFixed(2)} s, 95 % within ${timings.latency_s.p95.toFixed(2)} s`;
  return [
    `- a minute of video: ${timings.build_s_per_video_minute.toFixed(1)} s of perceive and remember, ${timings.wall_s_per_video_minute.toFixed(1)} s from submission to the last answer (${timings.videos} videos, ${timings.video_minutes.toFixed(1)} min)`,
    `- a question, from when it could be answered to its answer: ${latency}`,
    ...(out_of_domain === null
      ? []
      : [
          `- out of the model’s domain: ${out_of_domain.flagged} of ${out_of_domain.videos} videos (${(100 * out_of_domain.share).toFixed(0)} %), mean score ${out_of_domain.mean_score.toFixed(2)}`,
        ]),
    `- taken for none of the model’s tasks: ${counts.unsupported} of ${counts.answered} answers`,
    `- failed, counted as wrong: ${counts.failed} questions${counts.failed_videos === 0 ? '' : `, among them all of ${counts.failed_videos} videos`}`,
    ...failures.map(({ reason, questions }) => `  - ${questions} × ${reason}`),
  ];
}
