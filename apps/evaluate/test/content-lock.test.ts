import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentLock } from '../src/run/content-lock.js';

describe('work on files with the same bytes', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-test-bytes-'));
    for (const [name, content] of Object.entries({ one: 'a', twin: 'a', other: 'b' }))
      await writeFile(file(name), content);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is done one after the other, also after one that fails, and beside that on other bytes', async () => {
    const lock = new ContentLock();
    const steps: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const started = Promise.withResolvers<undefined>();
    const failing = lock.run(file('one'), async () => {
      steps.push('one begins');
      started.resolve(undefined);
      await first.promise;
      steps.push('one fails');
      throw new Error('one');
    });
    await started.promise;
    const twin = lock.run(file('twin'), () => Promise.resolve(steps.push('twin')));
    await lock.run(file('other'), () => Promise.resolve(steps.push('other')));
    first.resolve(undefined);
    await expect(failing).rejects.toThrow('one');
    await twin;
    expect(steps).toEqual(['one begins', 'other', 'one fails', 'twin']);
  });

  it('is not begun for a file that cannot be read', async () => {
    await expect(
      new ContentLock().run(file('missing'), () => Promise.reject(new Error('begun'))),
    ).rejects.toThrow(/ENOENT/);
  });
});
