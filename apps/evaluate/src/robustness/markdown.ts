import { TASKS } from '@loci/scoring';
import { decimal, signed, table, versionOf, withError } from '../report/markdown.js';
import type { EqualAnswers, Points } from './compare.js';
import type { ComparedVariants, StudyReport, VariantReport } from './report.js';

/** The study for people. Its figure is beside it. */
export function studyMarkdown(report: StudyReport): string {
  const { bars, variants, comparisons } = report;
  return [
    ...introduction(report),
    '## Averages',
    table(
      ['variant', 'macro', 'questions', 'failed', 'sampled frames/s', 'the video'],
      variants.map(variantCells),
    ),
    '## Changes',
    table(
      ['compared', 'change', 'equal counts', 'equal answers', 'questions', 'bar', 'met'],
      comparisons.map((comparison) => comparisonCells(comparison, bars)),
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

function introduction({ dataset, model, code, made_at, bars, variants }: StudyReport): string[] {
  const [plain] = variants;
  return [
    `# ${dataset}: robustness of ${model ?? 'no model'}`,
    `${plain?.questions ?? 0} questions on ${plain?.videos ?? 0} videos in each variant,` +
      ` made ${made_at.slice(0, 10)} with ${versionOf(code)}.`,
    [
      'Scores are the macro average over VSI-Bench’s tasks in percent,',
      '± one standard error (questions taken as independent).',
      'Changes are points, question by question, ± one standard error over videos.',
      `The bars: counts of the looped video are equal for at least ${bars.least_equal_counts} %`,
      'of the counting questions; every other average changes',
      `by at most ${bars.most_change} points.`,
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

function comparisonCells(comparison: ComparedVariants, bars: StudyReport['bars']): string[] {
  const { found, met } = comparison;
  const bar =
    comparison.bar === 'change'
      ? `change ≤ ${bars.most_change}`
      : `equal counts ≥ ${bars.least_equal_counts} %`;
  const cells =
    found === null
      ? ['–', '–', '–', '0']
      : [
          changed(found.macro),
          share(found.equal_counts),
          share(found.equal_answers),
          String(found.questions),
        ];
  const verdict = met ? 'pass' : 'fail';
  return [comparisonName(comparison), ...cells, bar, met === null ? '–' : verdict];
}

const taskCells = (title: string, comparisons: readonly ComparedVariants[]): string[] => [
  title,
  ...comparisons.map(({ found }) => {
    const change = found?.tasks.find(({ task }) => task === title)?.change ?? null;
    return change === null ? '–' : changed(change);
  }),
];

const changed = ({ change, standard_error }: Points): string =>
  standard_error === null ? signed(change) : `${signed(change)} ± ${decimal(standard_error)}`;
const share = (equal: EqualAnswers | null): string =>
  equal === null ? '–' : `${decimal(equal.share)} % of ${equal.questions}`;
