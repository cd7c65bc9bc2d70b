import type { Scored } from '@loci/contracts';

/** A score with one decimal; a dash where there is none. */
export const decimal = (value: number | null): string => (value === null ? '–' : value.toFixed(1));
export const signed = (value: number | null): string =>
  value === null ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
export const withError = ({ score, standard_error }: Pick<Scored, 'score' | 'standard_error'>): string =>
  standard_error === null ? decimal(score) : `${decimal(score)} ± ${decimal(standard_error)}`;

/** A Markdown table. Its first column holds names, the others numbers. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}
