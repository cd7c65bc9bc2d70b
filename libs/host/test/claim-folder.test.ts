import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimFolder, inRoot } from '../src/index.js';

describe('a folder that is claimed', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder('claim');
  });
  afterAll(() => folder.remove());

  /** Another process that claims the folder and stays. */
  async function anotherOwner() {
    const script = `import { claimFolder } from ${JSON.stringify(inRoot('libs/host/dist/index.js'))};
      console.log('owner' in await claimFolder(${JSON.stringify(folder.path)}) ? 'refused' : 'claimed');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, said: said.toString().trim() };
  }

  it('is refused to others, by whatever path, until it is released', async () => {
    const claim = await claimFolder(folder.path);
    if ('owner' in claim) throw new Error('it was free');
    const link = join(folder.path, 'link');
    await symlink(folder.path, link);
    expect(await claimFolder(join(link, '.'))).toEqual({ owner: String(process.pid) });
    const other = await anotherOwner();
    expect(other.said).toBe('refused');
    other.child.kill('SIGKILL');
    await claim.release();
    const again = await claimFolder(folder.path);
    if ('owner' in again) throw new Error('it was released');
    await again.release();
  });

  it('stays with a process that stands still, and is free when that is killed', async () => {
    const { child, said } = await anotherOwner();
    expect(said).toBe('claimed');
    child.kill('SIGSTOP');
    expect(await claimFolder(folder.path)).toHaveProperty('owner');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const claim = await waitFor(async () => {
      const found = await claimFolder(folder.path);
      return 'owner' in found ? null : found;
    });
    await claim.release();
  });
});
