import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SameBytes } from '../src/run/same-bytes.js';

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
    const apart = new SameBytes();
    const said: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const started = Promise.withResolvers<undefined>();
    const one = apart.alone(file('one'), async () => {
      said.push('one begins');
      started.resolve(undefined);
      await first.promise;
      said.push('one fails');
      throw new Error('one');
    });
    await started.promise;
    const twin = apart.alone(file('twin'), () => Promise.resolve(said.push('twin')));
    await apart.alone(file('other'), () => Promise.resolve(said.push('other')));
    first.resolve(undefined);
    await expect(one).rejects.toThrow('one');
    await twin;
    expect(said).toEqual(['one begins', 'other', 'one fails', 'twin']);
  });

  it('is not begun for a file that cannot be read', async () => {
    await expect(
      new SameBytes().alone(file('missing'), () => Promise.reject(new Error('begun'))),
    ).rejects.toThrow(/ENOENT/);
  });
});
