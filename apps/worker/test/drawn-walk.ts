import { writeFile } from 'node:fs/promises';
import { ffmpeg } from '@loci/host';

const WIDTH = 384;
const HEIGHT = 288;
/** Pictures a second. */
const RATE = 6;
/** Half the hall's sides, and its height; the camera is `HEIGHT_M` above the floor. */
const HALL = { x: 5, z: 5, height: 2.8 };
/** Metres a side of one square of the pattern on walls and floor. */
const SQUARE = 0.11;

/** The horizontal field of view. */
export const FOV_DEG = 80;
/** Of the camera above the floor, in metres. */
export const HEIGHT_M = 1.3;

/** Where the camera is at a second: x and z in metres, and its heading to the right of z, in radians. */
export function standing(seconds: number): { x: number; z: number; yaw: number } {
  const way = 0.16 * seconds;
  return {
    x: 2.5 * Math.sin(way),
    z: -2.5 * Math.cos(way),
    yaw: Math.PI / 2 - way + 0.3 * Math.sin(0.7 * seconds),
  };
}

/** Writes a clip of a walk in a ring through a hall whose walls and floor have a pattern. */
export async function drawWalk(seconds: number, target: string): Promise<void> {
  const count = Math.round(seconds * RATE);
  const pictures = new Uint8Array(count * WIDTH * HEIGHT);
  for (let picture = 0; picture < count; picture += 1)
    draw(
      standing(picture / RATE),
      pictures.subarray(picture * WIDTH * HEIGHT, (picture + 1) * WIDTH * HEIGHT),
    );
  const raw = `${target}.gray`;
  await writeFile(raw, pictures);
  const size = `${WIDTH}x${HEIGHT}`;
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', size, '-r', String(RATE), '-i', raw];
  await ffmpeg(...input, '-c:v', 'libx264', '-crf', '14', '-pix_fmt', 'yuv420p', target);
}

function draw({ x, z, yaw }: ReturnType<typeof standing>, picture: Uint8Array): void {
  const focal = WIDTH / 2 / Math.tan((FOV_DEG * Math.PI) / 360);
  const [sine, cosine] = [Math.sin(yaw), Math.cos(yaw)];
  for (let row = 0; row < HEIGHT; row += 1)
    for (let column = 0; column < WIDTH; column += 1) {
      const [u, v] = [(column + 0.5 - WIDTH / 2) / focal, (row + 0.5 - HEIGHT / 2) / focal];
      const [dx, dz] = [cosine * u + sine, cosine - sine * u];
      // how far the ray goes to the wall across x, to that across z, and to the floor or the ceiling
      const toX = ((dx > 0 ? HALL.x : -HALL.x) - x) / dx;
      const toZ = ((dz > 0 ? HALL.z : -HALL.z) - z) / dz;
      const toY = (v > 0 ? HEIGHT_M : HEIGHT_M - HALL.height) / v;
      const far = Math.min(toX, toZ, toY);
      const [px, py, pz] = [x + far * dx, far * v, z + far * dz];
      const [a, b, side] =
        far === toY
          ? [px, pz, v > 0 ? 0 : 1]
          : far === toX
            ? [pz, py, dx > 0 ? 2 : 3]
            : [px, py, dz > 0 ? 4 : 5];
      picture[row * WIDTH + column] = shadeOf(Math.floor(a / SQUARE), Math.floor(b / SQUARE), side);
    }
}

/** The grey of a square: any, and the same each time. */
function shadeOf(a: number, b: number, side: number): number {
  let mixed =
    Math.imul(a + 1000, 0x9e3779b1) ^ Math.imul(b + 1000, 0x85ebca6b) ^ Math.imul(side + 1, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return 40 + (((mixed ^ (mixed >>> 13)) >>> 8) % 180);
}
