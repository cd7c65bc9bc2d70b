import type { Sizes } from '@loci/contracts';

/**
 * The most by which the cells of two equal pictures differ, mean over a cell in 8-bit steps. Of a still
 * picture, H.264 at CRF 14 to 28 makes differences up to 1.6; in the sample walks two sampled frames in a row
 * differ by 3.2 at least.
 */
const MAX_DIFFERENCE = 2.5;

/** Which frames of a chunk show nothing new, [n] each, 1 where it is so. */
export interface StillFrames {
  /** It equals the frame before. */
  repeats: Uint8Array<ArrayBuffer>;
  /** It repeats, or is of one colour. */
  still: Uint8Array<ArrayBuffer>;
}

/**
 * Finds still frames. Each is compared with the first of its stretch, so that no slow motion passes for none.
 * @param frames RGB u8 [n, H, W, 3]
 */
export function findStillFrames(frames: Uint8Array, count: number, sizes: Sizes): StillFrames {
  const bytes = sizes.height * sizes.width * 3;
  const [repeats, still] = [new Uint8Array(count), new Uint8Array(count)];
  let first: Uint8Array | null = null;
  for (let frame = 0; frame < count; frame += 1) {
    const picture = frames.subarray(frame * bytes, (frame + 1) * bytes);
    if (first !== null && areEqual(picture, first, sizes)) repeats[frame] = 1;
    else first = picture;
    still[frame] = repeats[frame] === 1 || isBlank(picture, sizes) ? 1 : 0;
  }
  return { repeats, still };
}

/** Whether a chunk shows one picture from its first frame to its last. */
export const isOnePicture = ({ repeats }: StillFrames): boolean =>
  repeats.subarray(1).every((repeated) => repeated === 1);

function isBlank(picture: Uint8Array, sizes: Sizes): boolean {
  const sums = [0, 0, 0];
  picture.forEach((value, index) => (sums[index % 3] = (sums[index % 3] ?? 0) + value));
  const mean = sums.map((sum) => (3 * sum) / picture.length);
  return isWithin(picture, (index) => mean[index % 3] ?? 0, sizes);
}

const areEqual = (picture: Uint8Array, other: Uint8Array, sizes: Sizes): boolean =>
  isWithin(picture, (index) => other[index] ?? 0, sizes);

/** Whether a picture differs from another's values by no more than a codec makes it, in every cell. */
function isWithin(
  picture: Uint8Array,
  valueAt: (index: number) => number,
  { height, width, grid: [rows, columns] }: Sizes,
): boolean {
  for (let row = 0; row < rows; row += 1) {
    // differences of one row of cells, so that a picture that moves is told soon
    const sums = new Float64Array(columns);
    const [top, bottom] = [Math.floor((row * height) / rows), Math.floor(((row + 1) * height) / rows)];
    for (let y = top; y < bottom; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const column = Math.min(columns - 1, Math.floor((x * columns) / width));
        const pixel = 3 * (y * width + x);
        for (let index = pixel; index < pixel + 3; index += 1)
          sums[column] = (sums[column] ?? 0) + Math.abs((picture[index] ?? 0) - valueAt(index));
      }
    }
    const values = (3 * (bottom - top) * width) / columns;
    if (sums.some((sum) => sum > MAX_DIFFERENCE * values)) return false;
  }
  return true;
}
