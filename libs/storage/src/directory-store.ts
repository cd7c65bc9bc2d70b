import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import {
  access,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ObjectDamagedError, ObjectMissingError } from './errors.js';
import { checkedKey, checkedPrefix } from './keys.js';
import type { ObjectStore, PutOptions } from './object-store.js';

/** The folder of objects that are being written; no key starts with a dot. */
const INCOMING = '.incoming';

/** An object store in a folder, which is created if needed. An object is the file named by its key. */
export async function openDirectoryStore(folder: string): Promise<ObjectStore> {
  const root = resolve(folder);
  await mkdir(join(root, INCOMING), { recursive: true });
  const fileOf = (key: string): string => join(root, checkedKey(key));

  return {
    async put(key, body, options = {}) {
      const target = fileOf(key);
      const incoming = join(root, INCOMING, randomUUID());
      try {
        const bytes = await writeDurably(incoming, body, options);
        await moveFile(incoming, target);
        return { bytes };
      } catch (error) {
        await rm(incoming, { force: true });
        throw error;
      }
    },
    async get(key) {
      return new Uint8Array(await readFile(fileOf(key)).catch(missing(key)));
    },
    async stream(key, range) {
      // opened here, so that the caller and not the reader hears of a missing object
      const file: FileHandle = await open(fileOf(key), 'r').catch(missing(key));
      return createReadStream('', { fd: file, ...range });
    },
    has: (key) => isFile(fileOf(key)),
    delete: (key) => rm(fileOf(key), { force: true }),
    deletePrefix: (prefix) => rm(join(root, checkedPrefix(prefix)), { recursive: true, force: true }),
    async *list(prefix) {
      const names = await readdir(join(root, checkedPrefix(prefix)), { recursive: true }).catch(noNames);
      for (const name of names) {
        const key = `${prefix}${name}`;
        const found = await statOrNull(join(root, key));
        if (found?.isFile() === true) yield { key, bytes: found.size, writtenAt: found.mtime };
      }
    },
    async unfinishedPuts(before) {
      const names = await readdir(join(root, INCOMING));
      const puts = await Promise.all(
        names.map(async (name) => {
          const file = join(root, INCOMING, name);
          const found = await statOrNull(file);
          const idle = found !== null && found.mtime < before;
          return idle ? [{ name: `${INCOMING}/${name}`, discard: () => rm(file, { force: true }) }] : [];
        }),
      );
      return puts.flat();
    },
    move: (from, to) => moveFile(fileOf(from), fileOf(to)).catch(missing(from)),
    async locate(key, bytes) {
      const file = fileOf(key);
      const found = await stat(file).catch(missing(key));
      if (!found.isFile()) throw new ObjectMissingError(key);
      if (bytes !== undefined && found.size !== bytes) throw new ObjectDamagedError(key, found.size, bytes);
      return file;
    },
    check: () => access(join(root, INCOMING), constants.R_OK | constants.W_OK),
    close: () => Promise.resolve(),
  };
}

/** Writes the body and flushes it to the disk. Returns its length in bytes. */
async function writeDurably(
  file: string,
  body: Readable | Uint8Array,
  { signal }: PutOptions,
): Promise<number> {
  const source = body instanceof Uint8Array ? Readable.from([body], { objectMode: false }) : body;
  const sink = createWriteStream(file, { flush: true });
  await pipeline(source, sink, signal === undefined ? {} : { signal });
  return sink.bytesWritten;
}

/** Renames a file, and flushes the new name to the disk. */
async function moveFile(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  for (let tries = 0; ; tries += 1) {
    await mkdir(folder, { recursive: true });
    try {
      await rename(from, to);
      break;
    } catch (error) {
      // deletePrefix may remove the folder between the two calls
      if (tries >= 3 || !isMissing(error) || !(await isFile(from))) throw error;
    }
  }
  const handle = await open(folder, 'r').catch(() => null);
  if (handle === null) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isFile = async (file: string): Promise<boolean> => (await statOrNull(file))?.isFile() === true;

const statOrNull = (file: string): Promise<Stats | null> => stat(file).catch(unlessMissing(null));

/** Takes "no such file" for `value`, and rethrows other errors. */
const unlessMissing =
  <T>(value: T) =>
  (error: unknown): T => {
    if (isMissing(error)) return value;
    throw error;
  };
const noNames = unlessMissing<string[]>([]);

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Turns "no such file" into ObjectMissingError, and rethrows other errors. */
const missing =
  (key: string) =>
  (error: unknown): never => {
    throw isMissing(error) ? new ObjectMissingError(key, { cause: error }) : error;
  };
