import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder, waitFor } from '@loci/testing';
import { expect, it } from 'vitest';
import { PostgresService } from '../src/stack/postgres-service.js';

const LIMIT_BYTES = 8 * 1024;

it('The log of the stack’s Postgres is emptied when it is too long, and begins anew', async () => {
  const folder = await temporaryFolder('postgres-log');
  const file = join(folder.path, 'logs', 'postgres.log');
  const bounds = { limitBytes: LIMIT_BYTES, lookEveryMs: 20 };
  const postgres = await PostgresService.start(folder.path, () => undefined, bounds);
  /** Says what is no message, of which Postgres complains in its log. */
  const complain = async (): Promise<void> => {
    const socket = connect(Number(new URL(postgres.url).port), '127.0.0.1');
    socket.resume().end('what is no message of the protocol');
    await once(socket, 'close');
  };
  try {
    const before = await waitFor(async () => {
      await complain();
      return readFile(`${file}.1`, 'utf8').catch(() => null);
    });
    expect(before).toContain('database system is ready to accept connections');
    await complain();
    const after = await waitFor(async () => {
      const log = await readFile(file, 'utf8');
      return log === '' ? null : log;
    });
    expect(after).toMatch(/^\d{4}-\d\d-\d\d .*LOG: {2}invalid length of startup packet/);
    expect((await stat(file)).size).toBeLessThan(LIMIT_BYTES);
  } finally {
    await postgres.stop();
    await folder.remove();
  }
});
