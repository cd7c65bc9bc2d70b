const LEAST_CHUNKS = 2;
const MOST_CHUNKS = 8;
/** Perception may be in so many runs at once: in the head's and in those after it. */
export const RUNS_AHEAD = 4;
/**
 * How many chunks from the head on are looked at. It bounds what one clip keeps in the object store.
 */
export const LOOKAHEAD = MOST_CHUNKS * RUNS_AHEAD;

/**
 * Chunks of a run: consecutive ones, which one worker perceives, so that its decoder goes on from each to the
 * next instead of seeking. A short clip has shorter runs, so that several workers have a share of it.
 * @param chunks of the whole clip
 */
export const runLength = (chunks: number): number =>
  Math.min(MOST_CHUNKS, Math.max(LEAST_CHUNKS, Math.ceil(chunks / RUNS_AHEAD)));
