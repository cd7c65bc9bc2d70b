import type { Sizes } from '@loci/contracts';

/**
 * The mean colour of each token's cell of the picture: what the map paints its points with.
 * @param frames RGB u8 [n, H, W, 3]
 * @returns u8 [n, N, 3], tokens row-major over the grid
 */
export function cellColors(
  frames: Uint8Array,
  count: number,
  { height, width, grid: [rows, columns] }: Sizes,
): Uint8Array {
  const colors = new Uint8Array(count * rows * columns * 3);
  let offset = 0;
  for (let frame = 0; frame < count; frame++) {
    const picture = frames.subarray(frame * height * width * 3, (frame + 1) * height * width * 3);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const cell = {
          top: Math.floor((row * height) / rows),
          bottom: Math.floor(((row + 1) * height) / rows),
          left: Math.floor((column * width) / columns),
          right: Math.floor(((column + 1) * width) / columns),
        };
        colors.set(meanColor(picture, width, cell), offset);
        offset += 3;
      }
    }
  }
  return colors;
}

function meanColor(
  picture: Uint8Array,
  width: number,
  cell: { top: number; bottom: number; left: number; right: number },
): [number, number, number] {
  let [red, green, blue] = [0, 0, 0];
  for (let y = cell.top; y < cell.bottom; y++) {
    for (let pixel = (y * width + cell.left) * 3; pixel < (y * width + cell.right) * 3; pixel += 3) {
      red += picture[pixel] ?? 0;
      green += picture[pixel + 1] ?? 0;
      blue += picture[pixel + 2] ?? 0;
    }
  }
  const pixels = Math.max(1, (cell.bottom - cell.top) * (cell.right - cell.left));
  return [Math.round(red / pixels), Math.round(green / pixels), Math.round(blue / pixels)];
}
