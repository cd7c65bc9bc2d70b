import { mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Precision } from '@loci/contracts';
import { describe, expect, it } from 'vitest';
import { BundleError, listBundles, loadBundle } from '../src/index.js';
import { editManifest, NANO, replaceFile, TINY, tinyCopy } from './tiny-bundle.js';

async function refusal(attempt: Promise<unknown>): Promise<BundleError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BundleError);
  return error as BundleError;
}

describe('A bundle', () => {
  it('is loaded when every file is as its manifest says', async () => {
    const bundle = await loadBundle(TINY);
    expect(bundle.manifest.name).toBe('tiny');
    expect(bundle.dir).toBe(TINY);
  });

  it('that is shipped has at most 64 MB, and no file of more than 40', async () => {
    const { files } = (await loadBundle(NANO)).manifest;
    const bytes = Object.values(files).map((file) => file.bytes);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(40e6);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(64e6);
  });

  it('is refused as bundle-invalid', async () => {
    const dir = await tinyCopy();
    await rm(join(dir, 'answer.onnx'));
    expect((await refusal(loadBundle(dir))).toProblem()).toMatchObject({
      status: 500,
      detail: expect.stringContaining('answer.onnx') as string,
    });
  });

  it('without a file is refused by the name and size of that file', async () => {
    const dir = await tinyCopy();
    await rm(join(dir, 'golden/answer-0.inputs.safetensors'));
    expect((await refusal(loadBundle(dir))).message).toMatch(
      /^golden\/answer-0\.inputs\.safetensors: expected a file of \d+ bytes, found no such file$/,
    );
  });

  it('with a truncated file is refused by both sizes', async () => {
    const dir = await tinyCopy();
    await truncate(join(dir, 'remember.onnx'), 100);
    expect((await refusal(loadBundle(dir))).message).toMatch(
      /^remember\.onnx: expected \d+ bytes, found 100 bytes$/,
    );
  });

  it('with an altered file is refused by both hashes', async () => {
    const dir = await tinyCopy();
    const path = join(dir, 'perceive.onnx');
    const bytes = await readFile(path);
    bytes[1000]! ^= 1;
    await writeFile(path, bytes);
    expect((await refusal(loadBundle(dir))).message).toMatch(
      /^perceive\.onnx: expected sha256 [0-9a-f]{64}, found sha256 [0-9a-f]{64}$/,
    );
  });

  it('of another format version is refused by both versions', async () => {
    const dir = await tinyCopy();
    const text = await readFile(join(dir, 'manifest.json'), 'utf8');
    await writeFile(join(dir, 'manifest.json'), text.replace('"format": 1', '"format": 6'));
    expect((await refusal(loadBundle(dir))).message).toBe(
      'manifest.json: expected format 1 or 2 or 3 or 4 or 5, which this runtime reads, found format 6',
    );
  });

  it('whose manifest is no JSON, or lacks a field, is refused', async () => {
    const dir = await tinyCopy();
    await writeFile(join(dir, 'manifest.json'), '{"format": 1');
    expect((await refusal(loadBundle(dir))).message).toMatch(/^manifest\.json: expected JSON/);
    await writeFile(join(dir, 'manifest.json'), '{"format": 1}');
    expect((await refusal(loadBundle(dir))).message).toMatch(/^manifest\.json: expected a valid name/);
  });

  it('whose manifest does not list a graph is refused', async () => {
    const dir = await tinyCopy();
    await editManifest(dir, (manifest) => delete manifest.files['perceive.onnx']);
    expect((await refusal(loadBundle(dir))).message).toBe(
      'manifest.json: expected files to list perceive.onnx with its sha256, found no such entry',
    );
  });

  it('whose manifest names short graphs must list them, and be of format 3', async () => {
    const dir = await tinyCopy();
    const short = { frames: 2, perceive: 'perceive-short.onnx', remember: 'remember-short.onnx' };
    await editManifest(dir, (manifest) => Object.assign(manifest, { format: 3, short }));
    expect((await refusal(loadBundle(dir))).message).toBe(
      'manifest.json: expected files to list perceive-short.onnx with its sha256, found no such entry',
    );
    const text = await readFile(join(dir, 'manifest.json'), 'utf8');
    await writeFile(join(dir, 'manifest.json'), text.replace('"format":3', '"format":2'));
    expect((await refusal(loadBundle(dir))).message).toBe(
      'manifest.json: expected a valid short, found formats 1 and 2 have no section short',
    );
  });

  it('may not list files outside of itself', async () => {
    const dir = await tinyCopy();
    await editManifest(
      dir,
      (manifest) => (manifest.files['../secret'] = { sha256: '0'.repeat(64), bytes: 1 }),
    );
    expect((await refusal(loadBundle(dir))).message).toBe(
      'manifest.json: expected files inside of the bundle, found ../secret',
    );
  });

  it('whose tokenizer lacks a token of the manifest is refused', async () => {
    const dir = await tinyCopy();
    const text = await readFile(join(dir, 'tokenizer.json'), 'utf8');
    await replaceFile(dir, 'tokenizer.json', text.replace('<count>', '<size>'));
    expect((await refusal(loadBundle(dir))).message).toMatch(/^tokenizer\.json: expected the token <count>/);
    await replaceFile(dir, 'tokenizer.json', 'not a tokenizer');
    expect((await refusal(loadBundle(dir))).message).toMatch(
      /^tokenizer\.json: expected a tokenizer in the Hugging Face format/,
    );
  });
});

describe('A model directory', () => {
  it('may itself be a bundle', async () => {
    expect((await listBundles(TINY)).map(({ manifest }) => manifest.name)).toEqual(['tiny']);
  });

  it('may hold bundles in folders, beside other things', async () => {
    const dir = await tinyCopy();
    const models = `${dir}-models`;
    await mkdir(join(models, 'notes'), { recursive: true });
    await writeFile(join(models, 'README.md'), '');
    await rename(dir, join(models, 'tiny'));
    expect((await listBundles(models)).map((bundle) => bundle.dir)).toEqual([join(models, 'tiny')]);
    await rm(models, { recursive: true });
  });

  it('gives two models of a bundle with 8-bit graphs, first that of the precision asked for', async () => {
    const refs = async (precision?: Precision): Promise<string[]> =>
      (await listBundles(NANO, precision)).map(({ manifest, perceive }) => `${manifest.version} ${perceive}`);
    const [float, eightBit] = await refs();
    expect(float).toMatch(/^[\d.]+ perceive\.onnx$/);
    expect(eightBit).toBe(float?.replace(' perceive', '-8bit perceive-8bit'));
    expect(await refs('8bit')).toEqual([eightBit, float]);
    // a bundle without them has one model whatever is asked for
    expect(await listBundles(TINY, '8bit')).toHaveLength(1);
  });

  it('that does not exist is refused', async () => {
    expect((await refusal(listBundles('/no/such/folder'))).message).toBe(
      '/no/such/folder: expected a folder with bundles, found no such folder',
    );
  });
});
