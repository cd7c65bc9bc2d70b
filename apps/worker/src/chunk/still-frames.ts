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

/** Whether a picture is of one colour. */
function isBlank(picture: Uint8Array, sizes: Sizes): boolean {
  const [red, green, blue] = meanColor(picture);
  return everyCellWithin(sizes, (from, to, before) => {
    let sum = before;
    for (let index = from; index < to; index += 3) {
      sum += Math.abs((picture[index] ?? 0) - red);
      sum += Math.abs((picture[index + 1] ?? 0) - green);
      sum += Math.abs((picture[index + 2] ?? 0) - blue);
    }
    return sum;
  });
}

function meanColor(picture: Uint8Array): [number, number, number] {
  let [red, green, blue] = [0, 0, 0];
  for (let index = 0; index < picture.length; index += 3) {
    red += picture[index] ?? 0;
    green += picture[index + 1] ?? 0;
    blue += picture[index + 2] ?? 0;
  }
  return [(3 * red) / picture.length, (3 * green) / picture.length, (3 * blue) / picture.length];
}

const areEqual = (picture: Uint8Array, other: Uint8Array, sizes: Sizes): boolean =>
  everyCellWithin(sizes, (from, to, before) => {
    let sum = before;
    for (let index = from; index < to; index += 1)
      sum += Math.abs((picture[index] ?? 0) - (other[index] ?? 0));
    return sum;
  });

/**
 * Whether no cell of a picture differs by more than a codec makes it. It ends at the first row of cells that
 * does, so that a picture that moves is told soon.
 * @param add adds the differences of the values [from, to) to a sum
 */
function everyCellWithin(
  { height, width, grid: [rows, columns] }: Sizes,
  add: (from: number, to: number, sum: number) => number,
): boolean {
  for (let row = 0; row < rows; row += 1) {
    const [top, bottom] = [Math.floor((row * height) / rows), Math.floor(((row + 1) * height) / rows)];
    const most = MAX_DIFFERENCE * ((3 * (bottom - top) * width) / columns);
    for (let column = 0; column < columns; column += 1) {
      // the pixels x of a column are those with floor(x · columns / width) = column
      const [left, right] = [
        Math.ceil((column * width) / columns),
        Math.ceil(((column + 1) * width) / columns),
      ];
      let sum = 0;
      for (let y = top; y < bottom; y += 1) sum = add(3 * (y * width + left), 3 * (y * width + right), sum);
      if (sum > most) return false;
    }
  }
  return true;
}
