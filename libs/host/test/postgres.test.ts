import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  EmbeddedPostgresError,
  freePort,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../src/index.js';
import { isAlive, killHard, PARENT, startParent, waitUntil } from './processes.js';

const IS_ROOT = process.getuid?.() === 0;

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded Postgres', () => {
  let folder: string;
  const servers: EmbeddedPostgres[] = [];
  const start = async (more: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({
      dataDir: join(folder, 'data'),
      logFile: join(folder, 'postgres.log'),
      port: await freePort(),
      settings: { fsync: 'off' },
      ...more,
    });
    servers.push(server);
    return server;
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loci-test-postgres-'));
    await chmod(folder, 0o755);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const server of servers.splice(0)) await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('goes on with its data at the next start, also after kill -9', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 7 as number');
    await first.stop();
    const second = await start();
    expect(await query(second.url, 'select number from kept')).toEqual([{ number: 7 }]);
    process.kill(second.pid, 'SIGKILL');
    await second.ended;
    expect(existsSync(join(folder, 'data', 'postmaster.pid'))).toBe(true);
    const third = await start();
    expect(await query(third.url, 'select number from kept')).toEqual([{ number: 7 }]);
  });

  it('refuses a folder on which another one runs, or takes its place when it is asked to', async () => {
    const orphan = await start();
    await expect(start()).rejects.toThrow(
      `Another Postgres (process ${orphan.pid}) already runs on ${folder}`,
    );
    const next = await start({ replaceRunning: true });
    await orphan.ended;
    expect(isAlive(orphan.pid)).toBe(false);
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is reached without TLS, whatever the environment asks of the databases of others', async () => {
    vi.stubEnv('PGSSLMODE', 'require');
    const { url } = await start();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says in one sentence that its port is taken', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    const refused = start({ dataDir: join(folder, 'other'), port });
    await expect(refused).rejects.toThrow(EmbeddedPostgresError);
    await expect(refused).rejects.toThrow(
      new RegExp(`does not start on port ${port}: .*[Aa]ddress already in use`),
    );
  });

  it('ends when its owner is killed with -9, and a disposable one takes its folder along', async () => {
    const { parent, child } = await startParent('postgres', folder, String(await freePort()));
    expect(isAlive(child)).toBe(true);
    await killHard(parent);
    await waitUntil(() => !isAlive(child) && !existsSync(folder));
  });

  it('ends when its owner is killed with -9 while it is starting', async () => {
    const args = ['postgres', folder, String(await freePort())];
    const parent = spawn(process.execPath, [PARENT, ...args], { stdio: 'ignore' });
    const lockFile = join(folder, 'data', 'postmaster.pid');
    // Postgres makes the file before it writes its pid into it
    const pid = (): number => (existsSync(lockFile) ? parseInt(readFileSync(lockFile, 'utf8'), 10) : NaN);
    await waitUntil(() => pid() > 0);
    const server = pid();
    await killHard(parent);
    await waitUntil(() => !isAlive(server) && !existsSync(folder));
  });

  it('runs as root in a folder that is closed to other accounts', async ({ skip }) => {
    skip(!IS_ROOT, 'only root starts Postgres under another account');
    await chmod(folder, 0o700);
    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const owner = (await stat(join(folder, 'data'))).uid;
    expect(owner).not.toBe(0);
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\\s+${owner}\\s`, 'm'));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });
});
