import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestSchema, readingSchema, type Manifest, type Sizes } from '@loci/contracts';
import { onTestFinished } from 'vitest';
import type { MemoryState } from '@loci/memory';
import type { AnswerInput, PerceiveInput, RememberInput } from '../src/index.js';

export const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));
/** The bundle that fixtures/make_tiny_bundle.py writes. */
export const TINY = join(FIXTURES, 'tiny');
/** The shipped model. */
export const NANO = fileURLToPath(new URL('../../../models/loci-nano', import.meta.url));

/** A copy of the tiny bundle that a test may spoil; gone when the test ends, or when `onEnd` says. */
export async function tinyCopy(
  onEnd: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'loci-bundle-'));
  onEnd(() => rm(dir, { recursive: true, force: true }));
  await cp(TINY, dir, { recursive: true });
  return dir;
}

/** The toy reader that fixtures/make_reader.py writes. */
export const READER = join(FIXTURES, 'reader');

/** Gives a copy of a bundle the toy reader, and the categories that it tells. */
export async function addReader(dir: string): Promise<void> {
  const section: unknown = JSON.parse(await readFile(join(READER, 'reading.json'), 'utf8'));
  const reading = readingSchema.parse(section);
  for (const name of [reading.graph, reading.tokenizer])
    await replaceFile(dir, name, await readFile(join(READER, name)));
  await editManifest(dir, (manifest) => {
    manifest.format = 2;
    manifest.categories = reading.labels.things.slice(2);
    manifest.reading = reading;
  });
}

/** A copy of the tiny bundle with a graph for chunks that go on; gone as `tinyCopy`. */
export async function goingOn(
  onEnd: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const dir = await tinyCopy(onEnd);
  for (const name of ['perceive.onnx', 'perceive-next.onnx'])
    await replaceFile(dir, name, await readFile(join(FIXTURES, 'next', name)));
  await editManifest(dir, (manifest) => {
    manifest.format = 4;
    manifest.next = { perceive: 'perceive-next.onnx' };
  });
  return dir;
}

/** Changes a copy's manifest. */
export async function editManifest(dir: string, edit: (manifest: Manifest) => void): Promise<void> {
  const path = join(dir, 'manifest.json');
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  edit(manifest);
  await writeFile(path, JSON.stringify(manifest));
}

/** Puts another file into a copy and lists it as the manifest should. */
export async function replaceFile(dir: string, name: string, bytes: Uint8Array | string): Promise<void> {
  await writeFile(join(dir, name), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await editManifest(dir, (manifest) => {
    manifest.files[name] = { sha256, bytes: Buffer.byteLength(bytes) };
  });
}

/** Some frames, for the perceive graph of a bundle of these sizes. */
export function someFrames(sizes: Sizes): PerceiveInput {
  const { frames_per_chunk: T, height, width } = sizes;
  return {
    frames: Uint8Array.from({ length: T * height * width * 3 }, (_, index) => (index * 7) % 256),
    frameMask: new Uint8Array(T).fill(1),
  };
}

const emptyMemory = ({ working, episodic, tokens, d }: Sizes): MemoryState => ({
  working: new Float32Array(working * tokens * d),
  workingTimes: new Float32Array(working),
  workingMask: new Uint8Array(working),
  episodic: new Float32Array(episodic * tokens * d),
  episodicTimes: new Float32Array(episodic),
  episodicMask: new Uint8Array(episodic),
});

/** A chunk that is all padding, for an empty memory. */
export function nothing(sizes: Sizes): RememberInput {
  const {
    frames_per_chunk: T,
    tokens: N,
    geometry_tokens: Ng,
    view_tokens: Nz,
    d_visual: Dv,
    d_geometry: Dg,
  } = sizes;
  return {
    visualTokens: new Float32Array(T * N * Dv),
    geometryTokens: new Float32Array(T * Ng * Dg),
    viewTokens: new Float32Array(T * Nz * Dg),
    points: new Float32Array(T * N * 3),
    centers: new Float32Array(T * N * 3),
    confidence: new Float32Array(T * N),
    cameraToWorld: new Float32Array(T * 16),
    frameMask: new Uint8Array(T),
    frameTimes: new Float32Array(T),
    ...emptyMemory(sizes),
  };
}

/** A question put to an empty memory. */
export function someQuestion(sizes: Sizes): AnswerInput {
  const { question_length: Q } = sizes;
  return {
    ...emptyMemory(sizes),
    questionIds: Int32Array.from({ length: Q }, (_, index) => index % 5),
    questionMask: new Uint8Array(Q).fill(1),
    task: Int32Array.of(-1),
  };
}
