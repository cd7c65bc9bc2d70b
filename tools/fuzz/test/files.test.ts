import { createHash } from 'node:crypto';
import { readdir, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findProcesses, temporaryFolder, waitFor } from '@loci/testing';
import { DecodeError, decodeFrames, prepareVideo, ProbeError, SourceUnreachableError } from '@loci/video';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallFiles, type SmallFile } from './clips.js';
import { mutated } from './mutations.js';
import { eachOf, randomOf, seed, Trap } from './setting.js';

const FILES = 2400;
const SIZE = { height: 24, width: 32 };
const FPS = 2;
const CHUNK = 8;
/** Far more than a file of two seconds takes; reaching it counts as a hang. */
const TIME_LIMIT_MS = 60_000;
const LIMITS = { maxSeconds: 3600, maxPixels: 2 ** 22, timeLimitMs: TIME_LIMIT_MS };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let trap: Trap;
let files: SmallFile[];
beforeAll(async () => {
  folder = await temporaryFolder('fuzz');
  trap = await Trap.open();
  files = await smallFiles(folder.path, trap.url);
  await eachOf(await readdir(folder.path), 1, (name) => rm(join(folder.path, name)));
});
afterAll(async () => {
  trap.close();
  await folder.remove();
});

/**
 * Takes a file through what an upload and a chunk of it go through. Resolves to how it ended.
 * @throws whatever is no refusal
 */
async function outcomeOf(path: string, bytes: Buffer, random: () => number): Promise<'decoded' | 'refused'> {
  let source = path;
  const keep = async (copy: FileHandle) => {
    source = `${path}.remuxed`;
    await writeFile(source, copy.createReadStream({ start: 0, autoClose: false }));
    return { source, bytes: (await stat(source)).size };
  };
  const prepared = await prepareVideo({ source: path, bytes: bytes.length, keep }, LIMITS).catch(refusal);
  if (prepared instanceof Error) return 'refused';
  const frames = Math.max(1, Math.ceil(prepared.probe.duration_s * FPS));
  const start = Math.floor(random() * frames);
  const end = Math.min(frames, start + CHUNK);
  const identity = createHash('sha256').update(bytes).digest('hex');
  const range = { start, end, fps: FPS, fit: 'crop' as const, identity, timeLimitMs: TIME_LIMIT_MS };
  const decoded = await decodeFrames(source, { ...range, ...SIZE }).catch(refusal);
  if (decoded instanceof Error) return 'refused';
  expect(decoded).toHaveLength((end - start) * SIZE.height * SIZE.width * 3);
  return 'decoded';
}

/**
 * Returns an error that says what is wrong with a file, and throws any other. A chunk of a file that ends
 * early is tried again, for its store may have cut it.
 */
function refusal(error: unknown): Error {
  const isCut = error instanceof SourceUnreachableError && /File ended prematurely/.test(error.message);
  if (!(error instanceof ProbeError || error instanceof DecodeError || isCut)) throw error;
  expect(error.message).not.toMatch(/took too long/);
  return error;
}

describe(`files with faults (seed ${seed})`, () => {
  it(`${FILES} of them each end in a decode or in a refusal that says why`, async () => {
    const ends = { decoded: 0, refused: 0 };
    const faults: string[] = [];
    await eachOf(Array(FILES).keys(), 2 * availableParallelism(), async (index) => {
      const random = randomOf(index);
      const file = files[index % files.length] as SmallFile;
      const bytes = mutated(file, random, files, trap.url);
      const path = join(folder.path, `${index}-${file.name}`);
      await writeFile(path, bytes);
      await outcomeOf(path, bytes, random).then(
        (end) => (ends[end] += 1),
        (error: unknown) => faults.push(`${index} (${file.name}): ${String(error)}`),
      );
      await rm(path);
      await rm(`${path}.remuxed`, { force: true });
    });
    console.log(`${ends.decoded} decoded, ${ends.refused} refused`);
    expect(faults).toEqual([]);
    // were all refused or none, the faults would test nothing
    expect(Math.min(ends.decoded, ends.refused)).toBeGreaterThan(FILES / 10);
  });

  it('opened no connection, and left neither a file nor a process', async () => {
    expect(trap.visits).toBe(0);
    expect(await readdir(folder.path)).toEqual([]);
    await waitFor(async () => ((await findProcesses(folder.path)).length === 0 ? true : null));
  });
});
