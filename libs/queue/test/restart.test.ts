import { isMissing, type TestServer } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openQueues } from '../src/index.js';
import { QUICK, SERVERS, WAIT, latch, perceive, redis } from './fixture.js';

describe.each([
  { kind: 'postgres' as const, missing: false },
  { kind: 'redis' as const, missing: isMissing(redis, 'the queue on Redis') },
])('the queues ($kind)', ({ kind, missing }) => {
  describe.skipIf(missing)('when their store restarts', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await SERVERS[kind]();
    });
    afterAll(() => server.stop());

    it('consumers go on by themselves, with what was queued and with what comes', async () => {
      const errors: Error[] = [];
      const queues = await openQueues(server.url, { onError: (error) => errors.push(error) });
      const done = new Set<number>();
      const [begun, finish] = [latch(), latch()];
      queues.consume(
        'perceive',
        async ({ chunk }) => {
          begun.open();
          await finish.opened;
          done.add(chunk);
        },
        QUICK,
      );
      await queues.add([perceive(0), perceive(1)]);
      await begun.opened;
      await server.restart();
      finish.open();
      await vi.waitFor(() => expect([...done].sort()).toEqual([0, 1]), WAIT);
      await vi.waitFor(() => queues.add([perceive(2)]), WAIT);
      await vi.waitFor(() => expect(done).toContain(2), WAIT);
      // idle now: the next restart breaks a blocked wait
      await server.restart();
      await vi.waitFor(() => queues.add([perceive(3)]), WAIT);
      await vi.waitFor(() => expect(done).toContain(3), WAIT);
      await queues.check();
      await queues.close();
      for (const error of errors) expect(error).toBeInstanceOf(Error);
    });
  });
});
