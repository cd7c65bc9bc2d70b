import type { SpaceMap } from '@loci/contracts';

/** Three floats and three bytes. */
const VERTEX_BYTES = 15;

/** The points of a map as a binary PLY file, in metres of the world. */
export function toPly({ points }: Pick<SpaceMap, 'points'>): Buffer {
  const header = [
    'ply',
    'format binary_little_endian 1.0',
    'comment metres; x right, y down, z forward from the first camera',
    `element vertex ${points.length}`,
    ...['x', 'y', 'z'].map((axis) => `property float ${axis}`),
    ...['red', 'green', 'blue'].map((color) => `property uchar ${color}`),
    'end_header',
    '',
  ].join('\n');
  const body = Buffer.alloc(points.length * VERTEX_BYTES);
  points.forEach(({ position, rgb }, vertex) => {
    const at = vertex * VERTEX_BYTES;
    position.forEach((value, axis) => body.writeFloatLE(value, at + 4 * axis));
    rgb.forEach((value, channel) => body.writeUInt8(value, at + 12 + channel));
  });
  return Buffer.concat([Buffer.from(header, 'ascii'), body]);
}
