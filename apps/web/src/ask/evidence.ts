import type { Evidence } from '@loci/contracts';

/** Pictures that are shown of an answer's evidence. */
const MAX_SEEN = 6;

/** The weightiest of an answer's evidence, in the order of the video. */
export const weightiest = (evidence: readonly Evidence[]): Evidence[] =>
  [...evidence]
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MAX_SEEN)
    .sort((a, b) => a.t_s - b.t_s);
