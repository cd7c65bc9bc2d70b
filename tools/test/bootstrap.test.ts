import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inRoot } from '@loci/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A port that nothing listens on: connecting is refused at once. */
const NO_REGISTRY = 'http://127.0.0.1:9/';

describe('the bootstrap, in a fresh checkout', () => {
  let folder: string;
  let checkout: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-bootstrap-'));
    checkout = join(folder, 'a checkout with spaces');
    await mkdir(join(checkout, 'tools'), { recursive: true });
    for (const part of ['package.json', 'package-lock.json', 'tools/bootstrap', 'tools/bootstrap.mjs'])
      await cp(inRoot(part), join(checkout, part), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = async (target: string) => {
    const environment = {
      ...process.env,
      npm_execpath: '',
      npm_config_registry: NO_REGISTRY,
      npm_config_cache: join(folder, 'cache'),
      npm_config_fetch_retries: '0',
    };
    const child = spawn(process.execPath, [join(checkout, 'tools', 'bootstrap.mjs'), target], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [output, [code]] = await Promise.all([
      text(child.stderr),
      once(child, 'close') as Promise<[number]>,
    ]);
    return { lines: output.trim().split('\n'), code };
  };

  it('says in one sentence that the registry cannot be reached', async () => {
    const { lines, code } = await run('build');
    expect(code).toBe(1);
    expect(lines.at(-1)).toBe(
      'loci: The npm registry could not be reached;' +
        ' check the network (or the proxy in npm config) and run the command again.',
    );
  });

  it('takes over the lock of a run that was killed, and leaves none behind', async () => {
    const lock = join(checkout, '.tools', 'bootstrap.lock');
    await mkdir(join(checkout, '.tools'));
    const killed = spawn(process.execPath, ['-e', '']);
    await once(killed, 'exit');
    await writeFile(lock, String(killed.pid));
    expect((await run('build')).lines.at(-1)).toMatch(/registry could not be reached/);
    expect(existsSync(lock)).toBe(false);
  });

  it('does not take an interrupted install for a finished one', async () => {
    await mkdir(join(checkout, 'node_modules', 'nx'), { recursive: true });
    expect((await run('build')).lines).toContain(
      'loci: installing packages (a minute or two the first time)',
    );
  });

  it('builds what has changed, and touches nothing when nothing has', async () => {
    // a link for each package: an install in the checkout can take away the links only
    await mkdir(join(checkout, 'node_modules'));
    for (const name of await readdir(inRoot('node_modules')))
      await symlink(inRoot('node_modules', name), join(checkout, 'node_modules', name));
    for (const part of ['nx.json', 'tsconfig.base.json', 'libs/contracts'])
      await cp(inRoot(part), join(checkout, part), { recursive: true });
    const built = join(checkout, 'libs', 'contracts', 'dist');
    await rm(built, { recursive: true, force: true });
    const changes = async () =>
      Promise.all((await readdir(built)).sort().map(async (name) => (await stat(join(built, name))).ctimeMs));
    const build = async () => {
      const { code, lines } = await run('build');
      expect(code, lines.join('\n')).toBe(0);
    };
    await build();
    const first = await changes();
    expect(first.length).toBeGreaterThan(1);
    await build();
    expect(await changes()).toEqual(first);
  });

  it('ends an npm that stands still, and tries once more', async () => {
    const npm = join(folder, 'npm-cli.js');
    const tries = join(folder, 'tries');
    await writeFile(
      npm,
      `const { appendFileSync, readFileSync } = require('node:fs');
       appendFileSync(${JSON.stringify(tries)}, 'a try\\n');
       if (readFileSync(${JSON.stringify(tries)}, 'utf8').length < 10) setInterval(() => undefined, 1000);`,
    );
    const call = `const { npm } = await import(${JSON.stringify(join(checkout, 'tools/bootstrap/npm.mjs'))});
      npm(${JSON.stringify(checkout)}, process.execPath, ['ci'], { limitMs: 5000 });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', call], {
      env: { ...process.env, npm_execpath: npm },
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect((await readFile(tries, 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  it('names the targets when it is given another one', async () => {
    const { lines, code } = await run('nonsense');
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/^loci: usage: .*demo\|start\|.*\|test\|/);
  });
});
