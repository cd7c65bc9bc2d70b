import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inRoot } from '@loci/host';
import { findProcesses } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The parts of an installed and built checkout, without the training code. */
const PARTS = [
  'package.json',
  'package-lock.json',
  'nx.json',
  'tsconfig.base.json',
  'prisma',
  'libs',
  'apps',
  'bench',
  'tools',
  'models',
  'samples',
  'node_modules',
  '.tools',
];
/** The programs of a small machine; it has no `setpriv`. */
const PROGRAMS = ['sh', 'sleep', 'rm', 'ps', 'kill'];
const ROOT_USER = process.getuid?.() === 0;
const NOBODY = 65_534;

describe('a newcomer runs the demo', () => {
  let folder: string;
  let checkout: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-newcomer-'));
    checkout = join(folder, 'checkout');
    for (const part of PARTS.filter((name) => existsSync(inRoot(name))))
      await mirror(inRoot(part), join(checkout, part));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.runIf(ROOT_USER)(
    'as root in a folder that is closed to others, with a closed TMPDIR and without setpriv on the machine',
    async () => {
      await chmod(folder, 0o700);
      const [programs, temporary] = [join(folder, 'programs'), join(folder, 'temporary')];
      for (const name of [programs, temporary]) await mkdir(name);
      for (const name of PROGRAMS)
        await symlink(
          spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim(),
          join(programs, name),
        ).catch(() => undefined);
      const started = Date.now();
      const { code, output } = await demo(checkout, { PATH: programs, TMPDIR: temporary });
      expect(code, output).toBe(0);
      expect(output).toMatch(/\d+ of 12 right/);
      expect(await readdir(temporary)).toEqual([]);
      await expect.poll(() => abandonedBinaries(started), { timeout: 60_000 }).toEqual([]);
      expect(await findProcesses(folder)).toEqual([]);
    },
  );

  it('as an ordinary user, in a path with spaces and letters that are not ASCII', async () => {
    await chmod(folder, 0o755);
    const home = join(folder, 'räume für alle');
    await mkdir(home);
    await rename(checkout, join(home, 'løci'));
    checkout = join(home, 'løci');
    await giveFolders(home);
    const { code, output } = await demo(checkout, { HOME: home, TMPDIR: home }, { ordinary: true });
    expect(code, output).toBe(0);
    expect(output).toMatch(/\d+ of 12 right/);
  });

  it('from a checkout that cannot be written, with LOCI_DATA_DIR elsewhere', async () => {
    const data = join(folder, 'data');
    await mkdir(data);
    if (ROOT_USER) await chown(data, NOBODY, NOBODY);
    await makeReadOnly(checkout);
    const { code, output } = await demo(
      checkout,
      { HOME: data, TMPDIR: data, LOCI_DATA_DIR: data },
      { ordinary: true },
    );
    expect(code, output).toBe(0);
    expect(output).not.toContain('building');
  });
});

/** Copies of the Postgres binaries, made since then, that no process runs. Other tests run theirs. */
async function abandonedBinaries(since: number): Promise<string[]> {
  const copies = (await readdir('/tmp')).filter((name) => name.startsWith('loci-postgres-'));
  const abandoned: string[] = [];
  for (const copy of copies.map((name) => join('/tmp', name))) {
    const made = await stat(copy).catch(() => null);
    if (made !== null && made.birthtimeMs >= since && (await findProcesses(copy)).length === 0)
      abandoned.push(copy);
  }
  return abandoned;
}

/** Copies a tree: with hard links where both places are on one disk. */
async function mirror(from: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  const copy = (option: string) => spawnSync('cp', [option, from, to], { encoding: 'utf8' });
  if (copy('-al').status === 0) return;
  await rm(to, { recursive: true, force: true });
  const { status, stderr } = copy('-a');
  if (status !== 0) throw new Error(stderr);
}

async function demo(
  checkout: string,
  environment: Record<string, string>,
  { ordinary = false } = {},
): Promise<{ code: number | null; output: string }> {
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const downloaded = join(checkout, '.tools', 'node_modules', nodePackage, 'bin', 'node');
  const account = ordinary && ROOT_USER ? { uid: NOBODY, gid: NOBODY } : {};
  const inherited = { PATH: process.env['PATH'] ?? '', INIT_CWD: checkout };
  const child = spawn(
    existsSync(downloaded) ? downloaded : process.execPath,
    [join(checkout, 'tools', 'bootstrap.mjs'), 'demo'],
    { cwd: checkout, env: { ...inherited, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], ...account },
  );
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output: out + err };
}

/** Gives folders away, but no files: hard links share those with the checkout. */
async function giveFolders(path: string): Promise<void> {
  if (!ROOT_USER) return;
  await everyFolder(path, (folder) => chown(folder, NOBODY, NOBODY));
}

async function makeReadOnly(path: string): Promise<void> {
  await everyFolder(path, (folder) => (ROOT_USER ? chown(folder, 0, 0) : chmod(folder, 0o555)));
}

async function everyFolder(path: string, change: (folder: string) => Promise<void>): Promise<void> {
  await change(path);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await everyFolder(join(path, entry.name), change);
}
