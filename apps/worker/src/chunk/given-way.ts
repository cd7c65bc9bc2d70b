import { decodeCamera } from '@loci/localization';
import { chunkSpan, type ChunkSizes, type SampledClip } from '@loci/pipeline';

/**
 * Where a job says that the camera stood at a second from the first picture: camera-to-world, row-major 4×4,
 * of the sampled frame nearest to it. Null where it gave no poses.
 * @param cameras what was given for each chunk's frames, encoded
 */
export function givenWay(
  cameras: readonly (Uint8Array | null)[],
  { frames, fps }: Pick<SampledClip, 'frames' | 'fps'>,
  sizes: ChunkSizes,
): ((videoS: number) => readonly number[]) | null {
  const chunks = cameras.flatMap((bytes) => (bytes === null ? [] : (decodeCamera(bytes).poses ?? [])));
  if (chunks.length === 0 || chunks.length < cameras.length) return null;
  const spans = chunks.map((_, index) => chunkSpan(index, frames, sizes));
  return (videoS) => {
    const frame = Math.max(0, Math.min(frames - 1, Math.round(videoS * fps)));
    const span = spans.find(({ end }) => frame < end);
    if (span === undefined) throw new RangeError(`frame ${frame} is of no chunk`);
    const first = 16 * (frame - span.start);
    return Array.from(chunks[span.index]?.subarray(first, first + 16) ?? []);
  };
}
