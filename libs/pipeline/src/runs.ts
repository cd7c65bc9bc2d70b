const LEAST_CHUNKS = 2;
const MOST_CHUNKS = 8;
/** Perception may be in so many runs at once: in the head's and in those after it. */
export const RUNS_AHEAD = 4;
/**
 * How many chunks from the head on are looked at. It bounds what one clip keeps in the object store.
 */
export const LOOKAHEAD = MOST_CHUNKS * RUNS_AHEAD;

/** Consecutive chunks of a memory, the first and the last. */
export interface Run {
  chunk: number;
  last: number;
}

/**
 * Chunks of a run: consecutive ones, which one worker perceives, so that its decoder goes on from each to the
 * next instead of seeking. A short clip has shorter runs, so that several workers have a share of it.
 * @param chunks of the whole clip
 */
export const runLength = (chunks: number): number =>
  Math.min(MOST_CHUNKS, Math.max(LEAST_CHUNKS, Math.ceil(chunks / RUNS_AHEAD)));

/** How a clip of so many chunks is divided into runs. */
export function runsIn(chunks: number): {
  /** In which run a chunk is. */
  runOf: (chunk: number) => number;
  /** The run after the last one that is admitted to perception when the head is at a chunk. */
  admittedAt: (head: number) => number;
} {
  const length = runLength(chunks);
  const runOf = (chunk: number): number => Math.floor(chunk / length);
  return { runOf, admittedAt: (head) => runOf(head) + RUNS_AHEAD };
}

/**
 * Where others wait, a worker leaves a clip at the end of a run when it has perceived so many of its chunks:
 * who comes back to a clip, or to another's, has to seek.
 */
export const TURN_CHUNKS = MOST_CHUNKS;

/** A worker keeps two cores busy. */
const CORES_PER_WORKER = 2;

/**
 * How many workers may perceive one clip at the same time: as many as the cores bear. More would only take
 * turns, and seek at each.
 */
export const strandsFor = (cores: number): number =>
  Math.min(RUNS_AHEAD, Math.max(1, Math.floor(cores / CORES_PER_WORKER)));
