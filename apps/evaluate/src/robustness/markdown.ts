import type { EqualAnswers, Points } from '@loci/contracts';
import { TASKS } from '@loci/scoring';
import { versionOf } from '../report/markdown.js';
import { decimal, signed, table, withError } from '../report/text.js';
import type { ComparedVariants, StudyReport, VariantReport } from './report.js';
import type { Bar } from './variants.js';

/** The study for people. Its figure is beside it. */
export function studyMarkdown(report: StudyReport): string {
  const { variants, comparisons } = report;
  return [
    ...introduction(report),
    '## Averages',
    table(
      ['variant', 'macro', 'questions', 'failed', 'sampled frames/s', 'the video'],
      variants.map(variantCells),
    ),
    '## Changes',
    table(
      [
        ...['compared', 'change', 'VSTI-Bench', 'first seen', 'equal counts', 'equal answers'],
        ...['questions', 'bar', 'met'],
      ],
      comparisons.map(comparisonCells),
    ),
    '![Changes of the macro average](changes.svg)',
    '## Changes by task',
    table(
      ['task', ...comparisons.map(comparisonName)],
      TASKS['vsi-bench'].map(({ title }) => taskCells(title, comparisons)),
    ),
    '',
  ].join('\n\n');
}

function introduction({ dataset, model, code, made_at, variants }: StudyReport): string[] {
  const [plain] = variants;
  return [
    `# ${dataset}: robustness of ${model ?? 'no model'}`,
    `${plain?.questions ?? 0} questions on ${plain?.videos ?? 0} videos in each variant,` +
      ` made ${made_at.slice(0, 10)} with ${versionOf(code)}.`,
    [
      'Scores are the macro average over VSI-Bench’s tasks in percent,',
      '± one standard error (questions taken as independent).',
      'Changes are points, question by question, ± one standard error over videos.',
      'They are of VSI-Bench’s tasks, but where the column says otherwise.',
    ].join(' '),
  ];
}

/** The name of a comparison. `plain` is left out, because most variants are compared with it. */
export const comparisonName = ({ of, against }: Pick<ComparedVariants, 'of' | 'against'>): string =>
  against === 'plain' ? of : `${of} against ${against}`;

const variantCells = ({ name, does, macro, questions, failed, ...variant }: VariantReport): string[] => [
  name,
  macro === null ? '–' : withError(macro),
  String(questions),
  String(failed),
  variant.sampled_fps === null ? '–' : variant.sampled_fps.toFixed(2),
  variant.skipped === null ? does : `not run: ${variant.skipped}`,
];

function comparisonCells(comparison: ComparedVariants): string[] {
  const { bar, found, met } = comparison;
  const cells =
    found === null
      ? ['–', '–', '–', '–', '–', '0']
      : [
          changed(found.macro),
          changed(found.vsti_bench),
          changed(found.first_seen),
          share(found.equal_counts),
          share(found.equal_answers),
          String(found.questions),
        ];
  const verdict = met ? 'pass' : 'fail';
  return [comparisonName(comparison), ...cells, barCell(bar), met === null ? '–' : verdict];
}

function barCell(bar: Bar | null): string {
  if (bar === null) return '–';
  return bar.kind === 'change' ? `change ≤ ${bar.most}` : `equal counts ≥ ${bar.least} %`;
}

const taskCells = (title: string, comparisons: readonly ComparedVariants[]): string[] => [
  title,
  ...comparisons.map(({ found }) => {
    const change = found?.tasks.find(({ task }) => task === title)?.change ?? null;
    return changed(change);
  }),
];

function changed(points: Points | null): string {
  if (points === null) return '–';
  const { change, standard_error } = points;
  return standard_error === null ? signed(change) : `${signed(change)} ± ${decimal(standard_error)}`;
}

const share = (equal: EqualAnswers | null): string =>
  equal === null ? '–' : `${decimal(equal.share)} % of ${equal.questions}`;
