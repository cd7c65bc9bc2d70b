import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@loci/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesBelow, setTimes } from '../src/chaos/object-files.js';

const FILES = ['map/0', 'frames/0', 'videos/a/0'].sort();
const TIME = new Date('2020-01-01T00:00:00Z');

describe('the files of an object store, while the service deletes some', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (file: string): string => join(folder.path, file);
  beforeEach(async () => {
    folder = await temporaryFolder('objects');
    for (const file of FILES) {
      await mkdir(dirname(at(file)), { recursive: true });
      await writeFile(at(file), file);
    }
  });
  afterEach(() => folder.remove());

  const found = async (afterFirst: (file: string) => Promise<void>): Promise<string[]> => {
    const files: string[] = [];
    for await (const file of filesBelow(folder.path)) if (files.push(file) === 1) await afterFirst(file);
    return files.sort();
  };

  it('are found, however deep', async () => {
    expect(await found(() => Promise.resolve())).toEqual(FILES.map(at));
  });

  it('are found without those whose folders are deleted before they are read', async () => {
    let kept = '';
    const deleteOthers = async (file: string): Promise<void> => {
      kept = file;
      const others = FILES.map(at).filter((other) => other !== file);
      for (const other of others) await rm(dirname(other), { recursive: true });
    };
    expect(await found(deleteOthers)).toEqual([kept]);
  });

  it('are not looked for where there is no store', async () => {
    await rm(folder.path, { recursive: true });
    await expect(found(() => Promise.resolve())).rejects.toThrow('ENOENT');
  });

  it('get their times, but for those that are gone', async () => {
    await setTimes(listed('map/0', 'map/gone', 'videos/a/0'), TIME);
    expect((await stat(at('videos/a/0'))).mtime).toEqual(TIME);
  });

  it('fail where it is not for their being gone', async () => {
    await expect(setTimes(listed('map/0/below'), TIME)).rejects.toThrow('ENOTDIR');
  });

  async function* listed(...files: string[]): AsyncGenerator<string> {
    for (const file of files) yield await Promise.resolve(at(file));
  }
});
