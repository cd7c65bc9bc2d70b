import type { SmallFile } from './clips.js';

/** Numbers in [0, 1). */
type Random = () => number;
type Mutation = (bytes: Buffer, random: Random, all: readonly SmallFile[], url: string) => Buffer;

const MAX_MUTATIONS = 3;
const LONGEST_RUN = 2048;
/** Where headers and indexes lie: that many bytes at both ends of a file. */
const EDGE = 1024;
const EXTREMES = [0, 1, 7, 8, 16, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const BOXES =
  /ftyp|moov|trak|mdia|minf|stbl|stsd|stts|ctts|stsc|stsz|stco|elst|tkhd|mdhd|avcC|hvcC|mdat|moof|trun/g;

const upTo = (limit: number, random: Random): number => Math.floor(random() * limit);
const pick = <T>(items: readonly T[], random: Random): T => items[upTo(items.length, random)] as T;

/** A place in a file; every second one lies where its structure is. */
function place(bytes: Buffer, random: Random): number {
  const edge = Math.min(EDGE, bytes.length);
  if (random() < 0.5) return upTo(bytes.length, random);
  return random() < 0.5 ? upTo(edge, random) : bytes.length - 1 - upTo(edge, random);
}

/** A run of bytes in a file: from, to. */
function run(bytes: Buffer, random: Random): [number, number] {
  const from = place(bytes, random);
  return [from, Math.min(bytes.length, from + 1 + upTo(LONGEST_RUN, random))];
}

const MUTATIONS: Mutation[] = [
  function flipBits(bytes, random) {
    for (let left = 1 + upTo(32, random); left > 0; left -= 1) {
      const at = place(bytes, random);
      bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << upTo(8, random)), at);
    }
    return bytes;
  },
  function overwrite(bytes, random) {
    const [from, to] = run(bytes, random);
    return bytes.fill(pick([0, 255, upTo(256, random)], random), from, to);
  },
  function scramble(bytes, random) {
    const [from, to] = run(bytes, random);
    for (let at = from; at < to; at += 1) bytes.writeUInt8(upTo(256, random), at);
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, place(bytes, random));
  },
  function remove(bytes, random) {
    const [from, to] = run(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeat(bytes, random) {
    const [from, to] = run(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  function splice(bytes, random, all) {
    const other = pick(all, random).bytes;
    return Buffer.concat([bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random))]);
  },
  function resizeBox(bytes, random) {
    const names = [...bytes.toString('latin1').matchAll(BOXES)].filter(({ index }) => index >= 4);
    if (names.length === 0) return bytes;
    // the four bytes before a box's name are its size
    bytes.writeUInt32BE(pick(EXTREMES, random), pick(names, random).index - 4);
    return bytes;
  },
  function extremeNumber(bytes, random) {
    const at = place(bytes, random);
    if (at + 4 <= bytes.length) bytes.writeUInt32BE(pick(EXTREMES, random), at);
    return bytes;
  },
  function plantAddress(bytes, random, _all, url) {
    const text = pick([`${url}/x`, 'file:///etc/passwd', `concat:${url}/a|${url}/b`], random);
    bytes.write(text, place(bytes, random), 'latin1');
    return bytes;
  },
];

/** A file with one to three faults. The same random numbers give the same file. */
export function mutated(file: SmallFile, random: Random, all: readonly SmallFile[], url: string): Buffer {
  let bytes: Buffer = Buffer.from(file.bytes);
  for (let left = 1 + upTo(MAX_MUTATIONS, random); left > 0 && bytes.length > 0; left -= 1)
    bytes = pick(MUTATIONS, random)(bytes, random, all, url);
  return bytes;
}
