import type { Sizes } from '@loci/contracts';
import { checkGraph, graphSpecs, type FoundGraph, type OpenSpec } from './graphs.js';

/** What an inference thread is to know of chunks that begin with pictures which it has read already. */
export interface NextChunk {
  /** How many frames a chunk shares with the one before. */
  shared: number;
  /** The readings of those: inputs of perceive_next, and behind `next_` outputs of both graphs. */
  readings: readonly string[];
}

/**
 * Checks the graph of a chunk that goes on. It takes the frames that the chunk before lacks, the mask of all,
 * and the readings of those that both share, float32 of whatever shapes.
 * @param file its file in the bundle
 * @param perceiveFile that of the graph which reads whole chunks
 * @throws BundleError for a tensor of another shape, and for a reading that one of the graphs does not give
 */
export function checkNext(
  file: string,
  perceiveFile: string,
  sizes: Sizes,
  { perceive, next }: { perceive: FoundGraph; next: FoundGraph },
): NextChunk {
  const { inputs, outputs, optional = {} } = graphSpecs(sizes).perceive;
  const { frames_per_chunk: T, height, width, overlap: shared } = sizes;
  const own: Record<string, OpenSpec> = {
    ...inputs,
    frames: { type: 'uint8', dims: [T - shared, height, width, 3] },
  };
  const readings = next.inputs
    .filter(({ name }) => !(name in own))
    .map(({ name, dims }): [string, OpenSpec] => [name, { type: 'float32', dims }]);
  const left = Object.fromEntries(readings.map(([name, spec]) => [`next_${name}`, spec]));
  checkGraph(
    file,
    { inputs: { ...own, ...Object.fromEntries(readings) }, outputs: { ...outputs, ...left }, optional },
    next,
  );
  checkGraph(perceiveFile, { inputs, outputs: left }, perceive);
  return { shared, readings: readings.map(([name]) => name) };
}
