import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  BUNDLE_FORMATS,
  eightBitManifest,
  GRAPHS,
  manifestSchema,
  namedCategorySchema,
  type Manifest,
  type NamedCategory,
  type Precision,
} from '@loci/contracts';
import { z } from 'zod';
import { BundleError } from './errors.js';
import { ReadingTokenizer } from './reading-tokenizer.js';
import { Tokenizer } from './tokenizer.js';

/** A verified bundle on disk. */
export interface Bundle {
  dir: string;
  manifest: Manifest;
  /** The file of its perceive graph. */
  perceive: string;
  tokenizer: Tokenizer;
  /** Cuts questions for the read graph; null where the bundle has none. */
  reading: ReadingTokenizer | null;
  /** The graph that finds keypoints, which lies beside the bundle; null where none does. */
  keypoints: GraphFile | null;
  /** The graph that says what things a picture shows, beside it too; null where none does. */
  things: ThingsFile | null;
}

/** A graph that says what things a picture shows, with what people call them. */
export interface ThingsFile extends GraphFile {
  categories: NamedCategory[];
}

/** A graph that lies beside bundles, by its bytes. */
export interface GraphFile {
  file: string;
  sha256: string;
}

/** Where it lies, seen from a bundle's folder. */
const KEYPOINTS = join('..', 'xfeat', 'keypoints.onnx');
const THINGS = join('..', 'eyes', 'things.onnx');
const THING_NAMES = 'things.json';

const MANIFEST = 'manifest.json';
const TOKENIZER = 'tokenizer.json';

/**
 * Reads a bundle and verifies every file that its manifest lists: its presence, size and SHA-256. The shapes
 * of the graphs are checked by openEngine, which loads them.
 * @throws BundleError that names the file and what was expected of it
 */
export async function loadBundle(dir: string): Promise<Bundle> {
  const manifest = readManifest(await textOf(dir, MANIFEST, `a bundle's manifest in ${dir}`));
  for (const name of [
    ...GRAPHS.map((graph) => `${graph}.onnx`),
    TOKENIZER,
    ...(manifest.reading === undefined ? [] : [manifest.reading.graph, manifest.reading.tokenizer]),
    ...(manifest.short === undefined ? [] : [manifest.short.perceive, manifest.short.remember]),
    ...(manifest.next === undefined ? [] : [manifest.next.perceive]),
    ...eightBitFiles(manifest.eight_bit),
    ...manifest.golden.flatMap(({ inputs, outputs }) => [inputs, outputs]),
  ]) {
    if (!(name in manifest.files))
      throw new BundleError(MANIFEST, `files to list ${name} with its sha256`, 'no such entry');
  }
  for (const [name, listed] of Object.entries(manifest.files)) await verifyFile(dir, name, listed);
  return {
    dir,
    manifest,
    perceive: 'perceive.onnx',
    tokenizer: new Tokenizer(await textOf(dir, TOKENIZER, 'the tokenizer'), manifest),
    reading:
      manifest.reading === undefined
        ? null
        : new ReadingTokenizer(
            await textOf(dir, manifest.reading.tokenizer, 'the reading tokenizer'),
            manifest.reading,
          ),
    keypoints: await fileBeside(dir, KEYPOINTS),
    things: await thingsBeside(dir),
  };
}

const eightBitFiles = (section: Manifest['eight_bit']): string[] =>
  section === undefined
    ? []
    : [
        ...[section.perceive, section.short, section.next].filter((file) => file !== undefined),
        ...section.golden.flatMap(({ inputs, outputs }) => [inputs, outputs]),
      ];

/** The models of a bundle: it with float convolutions, and with 8-bit ones where it has such graphs. */
function modelsOf(bundle: Bundle, first: Precision): Bundle[] {
  const manifest = eightBitManifest(bundle.manifest);
  const section = bundle.manifest.eight_bit;
  if (manifest === null || section === undefined) return [bundle];
  const eightBit = { ...bundle, manifest, perceive: section.perceive };
  return first === '8bit' ? [eightBit, bundle] : [bundle, eightBit];
}

async function fileBeside(dir: string, where: string): Promise<GraphFile | null> {
  const file = join(dir, where);
  return (await isFile(file)) ? { file, sha256: await digestOf(file) } : null;
}

async function thingsBeside(dir: string): Promise<ThingsFile | null> {
  const found = await fileBeside(dir, THINGS);
  if (found === null) return null;
  const names = await textOf(dirname(found.file), THING_NAMES, 'the names of things');
  try {
    const { categories } = z.object({ categories: z.array(namedCategorySchema) }).parse(JSON.parse(names));
    return { ...found, categories };
  } catch (error) {
    throw new BundleError(THING_NAMES, 'categories with their names', String(error), { cause: error });
  }
}

/**
 * The models of a model directory, which is a bundle itself or holds bundles in folders. They are sorted by
 * the name of their folder; of one bundle, the one of this precision comes first where there are two.
 * @throws BundleError for the first one that does not verify
 */
export async function listBundles(modelDir: string, precision: Precision = 'float'): Promise<Bundle[]> {
  const load = async (dir: string): Promise<Bundle[]> => modelsOf(await loadBundle(dir), precision);
  if (await isFile(join(modelDir, MANIFEST))) return load(modelDir);
  const folders = await readdir(modelDir, { withFileTypes: true }).catch((error: unknown) => {
    throw new BundleError(
      modelDir,
      'a folder with bundles',
      isMissing(error) ? 'no such folder' : String(error),
      { cause: error },
    );
  });
  const bundles: Bundle[] = [];
  for (const { name } of folders
    .filter((entry) => !entry.isFile())
    .sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (await isFile(join(modelDir, name, MANIFEST))) bundles.push(...(await load(join(modelDir, name))));
  }
  return bundles;
}

function readManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BundleError(MANIFEST, 'JSON', String(error), { cause: error });
  }
  // checked first, because another format may differ in everything else
  const format = z.looseObject({ format: z.unknown() }).safeParse(json).data?.format;
  if (!BUNDLE_FORMATS.some((known) => known === format))
    throw new BundleError(
      MANIFEST,
      `format ${BUNDLE_FORMATS.join(' or ')}, which this runtime reads`,
      `format ${JSON.stringify(format)}`,
    );
  const manifest = manifestSchema.safeParse(json);
  if (!manifest.success) {
    const issue = manifest.error.issues[0];
    throw new BundleError(
      MANIFEST,
      `a valid ${issue?.path.join('.') ?? 'manifest'}`,
      issue?.message ?? 'none',
      { cause: manifest.error },
    );
  }
  return manifest.data;
}

async function verifyFile(
  dir: string,
  name: string,
  listed: { sha256: string; bytes: number },
): Promise<void> {
  if (isAbsolute(name) || normalize(name).startsWith('..'))
    throw new BundleError(MANIFEST, 'files inside of the bundle', name);
  const path = join(dir, name);
  const bytes = await stat(path).then(
    (found) => found.size,
    (error: unknown) => {
      throw new BundleError(
        name,
        `a file of ${listed.bytes} bytes`,
        isMissing(error) ? 'no such file' : String(error),
        { cause: error },
      );
    },
  );
  if (bytes !== listed.bytes) throw new BundleError(name, `${listed.bytes} bytes`, `${bytes} bytes`);
  const sha256 = await digestOf(path);
  if (sha256 !== listed.sha256) throw new BundleError(name, `sha256 ${listed.sha256}`, `sha256 ${sha256}`);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function textOf(dir: string, name: string, what: string): Promise<string> {
  try {
    return await readFile(join(dir, name), 'utf8');
  } catch (error) {
    throw new BundleError(name, what, isMissing(error) ? 'no such file' : String(error), { cause: error });
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
