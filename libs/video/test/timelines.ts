import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type ClipFolder, h264, pattern } from './clips.js';

const CLUSTER = Buffer.from('1f43b675', 'hex');
const TIMESTAMP = 0xe7;
/** A checksum, which may stand before the timestamp, and how many bytes it takes with its head. */
const CHECKSUM = 0xbf;
const CHECKSUM_BYTES = 6;

/** A Matroska file in which the timestamps of clusters are what `move` makes of them, in ms. */
export async function movedClusters(
  folder: ClipFolder,
  file: string,
  move: (milliseconds: number) => number,
): Promise<string> {
  const bytes = await readFile(file);
  for (let at = bytes.indexOf(CLUSTER); at >= 0; at = bytes.indexOf(CLUSTER, at + 4)) {
    // the cluster's size begins with as many zero bits as bytes follow its first
    const head = at + 4 + Math.clz32(bytes.readUInt8(at + 4)) - 23;
    const stamp = bytes[head] === CHECKSUM ? head + CHECKSUM_BYTES : head;
    if (bytes[stamp] !== TIMESTAMP) continue;
    const length = bytes.readUInt8(stamp + 1) & 0x7f;
    bytes.writeUIntBE(move(bytes.readUIntBE(stamp + 2, length)), stamp + 2, length);
  }
  const moved = folder.path(`moved-${basename(file)}`);
  await writeFile(moved, bytes);
  return moved;
}

/** Six seconds in Matroska, whose timestamps fall back by two seconds half-way. */
export async function fallingBack(folder: ClipFolder, pictures: 'reordered' | 'in order'): Promise<string> {
  const file = await folder.make(
    [
      ...pattern(6),
      ...h264('-g', '25', '-bf', pictures === 'reordered' ? '2' : '0'),
      '-cluster_time_limit',
      '1000',
    ],
    `${pictures}.mkv`,
  );
  return movedClusters(folder, file, (time) => (time >= 3000 ? time - 1993 : time));
}

/** Transport streams of two seconds each, one after the other, whose clocks begin at these times. */
export async function clockJumps(folder: ClipFolder, starts: readonly number[]): Promise<string> {
  const parts = starts.map((start, index) =>
    folder.make(
      [
        ...['-f', 'lavfi', '-i', `testsrc2=size=160x120:rate=25:duration=2,hue=h=${index * 60}`],
        ...[...h264('-g', '25', '-bf', '2'), '-output_ts_offset', String(start), '-f', 'mpegts'],
      ],
      `part-${start}.ts`,
    ),
  );
  const name = folder.path(`jumps-${starts.join('-')}.ts`);
  await writeFile(name, Buffer.concat(await Promise.all(parts.map(async (part) => readFile(await part)))));
  return name;
}
