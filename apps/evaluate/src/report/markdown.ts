import type { CodeVersion, GroupScore, Scored, ScoreTable, World } from '@loci/contracts';
import type { Calibration } from '@loci/scoring';
import { nameOf } from './names.js';
import { readingTables } from './reading.js';
import type { Report } from './summary.js';
import { decimal, signed, table, withError } from './text.js';
import { walkSection } from './walk.js';

/** The report for people. Its figures are beside it. */
export function reportMarkdown(report: Report): string {
  const { words, reading, walk, wording, debiased } = report;
  return [
    ...introduction(report),
    ...report.tables.flatMap((scores) => [
      `## ${nameOf(scores.benchmark)}`,
      scoreTable(scores),
      `![Scores by task](tasks-${scores.benchmark}.svg)`,
    ]),
    ...walkSection(walk),
    ...(reading === null ? [] : ['## Own words', ...wordingLine(wording), ...readingTables(reading)]),
    ...(words === null ? [] : [wordsTable(words)]),
    ...(debiased ?? []).map(
      (scores) => `Debiased (the questions that are not \`pruned\`): ${averages(scores)}.`,
    ),
    ...groupSection(report.horizon, {
      title: 'Long horizon',
      column: 'videos',
      figure: '![Scores by the length of the video](horizon.svg)',
    }),
    ...groupSection(report.frames, {
      title: 'Number of frames',
      column: 'sampled frames',
      figure: '![Scores by the number of frames](frames.svg)',
    }),
    '## Calibration',
    calibrationLines(report),
    '![Calibration](calibration.svg)',
    '## The run',
    runLines(report).join('\n'),
    '',
  ].join('\n\n');
}

function introduction({ dataset, model, code, counts, made_at, blind_fitted_on }: Report): string[] {
  const unasked = counts.without_answer_yet;
  const baseline =
    blind_fitted_on === null
      ? 'There is no blind baseline: nothing to fit it on.'
      : '*Blind* is what the most frequent answers reach without seeing anything;' +
        ` fitted on ${blind_fitted_on}.`;
  return [
    `# ${dataset.name}: ${model ?? 'no model answered'}`,
    `${counts.questions} questions on ${counts.videos} ${videosOf(dataset.world)},` +
      ` made ${made_at.slice(0, 10)} with ${versionOf(code)}.` +
      (unasked === 0 ? '' : ` ${unasked} more questions of the data set were not asked.`),
    `Scores are percent, ± one standard error (questions taken as independent). ${baseline}`,
  ];
}

/** What was shown, by the world of the data set. */
function videosOf(world: World | null): string {
  switch (world) {
    case 'drawn':
      return 'drawn videos';
    case 'real':
      return 'videos of real places';
    case null:
      return 'videos';
  }
}

/** The commit in words. */
export const versionOf = (code: CodeVersion | null): string =>
  code === null
    ? 'an unknown commit'
    : `commit ${code.commit.slice(0, 12)}${code.changed ? ' with changes' : ''}`;

function scoreTable({ tasks, macro, micro }: ScoreTable): string {
  const rows = tasks.map((task) =>
    task.score === null ? [task.task, '–', '–', '–', '0'] : scoreCells(task.task, task),
  );
  const present = tasks.filter(({ score }) => score !== null).length;
  const share = present === tasks.length ? 'the' : `${present} of the`;
  const macroName = `**macro: mean over ${share} ${tasks.length} tasks**`;
  return table(
    ['task', 'score', 'blind', 'margin', 'questions'],
    [
      ...rows,
      ...(macro === null ? [] : [scoreCells(macroName, macro)]),
      scoreCells('micro: flat mean over questions', micro),
    ],
  );
}

const scoreCells = (name: string, scored: Scored): string[] => [
  name,
  withError(scored),
  decimal(scored.blind),
  signed(scored.margin),
  String(scored.questions),
];

function averages({ benchmark, macro, micro }: ScoreTable): string {
  const macroText = macro === null ? '' : `macro ${withError(macro)}, `;
  const blind = decimal((macro ?? micro).blind);
  const rest = `micro ${withError(micro)}, blind ${blind}, ${micro.questions} questions`;
  return `${nameOf(benchmark)} ${macroText}${rest}`;
}

/** Own words against the wordings that mean the same. */
const wordingLine = (wording: Report['wording']): string[] =>
  wording === null
    ? []
    : [
        `Mean over the tasks: ${decimal(wording.own_words)} in own words,` +
          ` ${decimal(wording.canonical)} in the canonical wording of the same` +
          ` ${wording.questions} questions;` +
          ` ${signed(wording.change)} ± ${decimal(wording.standard_error)}.`,
      ];

function wordsTable(words: NonNullable<Report['words']>): string {
  const { em, em_refined, bleu_4, meteor, rouge_l, cider } = words;
  return table(
    ['', 'EM@1', 'EM-R@1', 'BLEU-4', 'METEOR', 'ROUGE-L', 'CIDEr'],
    [['all questions', ...[em, em_refined, bleu_4, meteor, rouge_l, cider].map(decimal)]],
  );
}

/** The section of a grouping of videos; none when there are no groups. */
function groupSection(
  groups: readonly GroupScore[],
  { title, column, figure }: { title: string; column: string; figure: string },
): string[] {
  if (groups.length === 0) return [];
  const rows = groups.map((group) => [
    nameOf(group.group),
    nameOf(group.benchmark),
    withError(group),
    decimal(group.blind),
    String(group.questions),
  ]);
  return [`## ${title}`, table([column, 'benchmark', 'score', 'blind', 'questions'], rows), figure];
}

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

function runLines({ timings, out_of_domain: domain, counts, failures, refusals }: Report): string[] {
  const { latency_s: latency } = timings;
  const latencyText =
    latency === null
      ? 'not known'
      : `median ${latency.median.toFixed(2)} s, 95 % within ${latency.p95.toFixed(2)} s`;
  const build = `${timings.build_s_per_video_minute.toFixed(1)} s of perceive and remember`;
  const wall = `${timings.wall_s_per_video_minute.toFixed(1)} s from submission to the last answer`;
  const videos = `${timings.videos} videos, ${timings.video_minutes.toFixed(1)} min`;
  const failedVideos = counts.failed_videos === 0 ? '' : `, among them all of ${counts.failed_videos} videos`;
  return [
    `- a minute of video: ${build}, ${wall} (${videos})`,
    `- a question, from when it could be answered to its answer: ${latencyText}`,
    ...(domain === null ? [] : [domainLine(domain)]),
    `- taken for none of the model’s tasks: ${counts.unsupported} of ${counts.answered} answers`,
    ...refusedLine(refusals),
    `- failed, counted as wrong: ${counts.failed} questions${failedVideos}`,
    ...failures.map(({ reason, questions }) => `  - ${questions} × ${reason}`),
  ];
}

function domainLine({ flagged, videos, share, mean_score }: NonNullable<Report['out_of_domain']>): string {
  const percent = (100 * share).toFixed(0);
  return (
    `- out of the model’s domain: ${flagged} of ${videos} videos (${percent} %),` +
    ` mean score ${mean_score.toFixed(2)}`
  );
}

function refusedLine(refusals: Report['refusals']): string[] {
  const total = refusals.reduce((sum, { questions }) => sum + questions, 0);
  const reasons = refusals.map(({ reason, questions }) => `${questions} × ${reason}`).join(', ');
  return total === 0 ? [] : [`- refused, counted as wrong: ${total} questions (${reasons})`];
}
