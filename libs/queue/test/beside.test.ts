import { AbortedError } from '@loci/contracts';
import { isMissing } from '@loci/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openQueues, type Consumer, type Handler, type Queues } from '../src/index.js';
import { BACKENDS, QUICK, WAIT, latch, perceive, redis } from './fixture.js';

describe.each([
  { kind: 'postgres' as const, missing: false },
  { kind: 'redis' as const, missing: isMissing(redis, 'the queue on Redis') },
])('work whose rest goes on beside the queue ($kind)', ({ kind, missing }) => {
  describe.skipIf(missing)('', () => {
    let url: string;
    let stop: () => Promise<void>;
    let queues: Queues;
    let runs = 0;
    beforeAll(async () => ({ url, stop } = await BACKENDS[kind]()));
    afterAll(() => stop());
    beforeEach(async () => {
      queues = await openQueues(url, { prefix: `test${(runs += 1)}` });
    });
    afterEach(() => queues.close());

    const consume = (handler: Handler<'perceive'>): Consumer => queues.consume('perceive', handler, QUICK);
    const nothingQueued = (): Promise<void> =>
      vi.waitFor(
        async () => expect((await queues.counts()).perceive).toEqual({ waiting: 0, active: 0, delayed: 0 }),
        WAIT,
      );

    it('gives room to the next delivery, and a drain waits for it', async () => {
      const [begun, finish] = [vi.fn(), latch()];
      const consumer = consume(({ chunk }, delivery) => {
        begun(chunk);
        delivery.goOn(finish.opened);
        return Promise.resolve();
      });
      await queues.add([perceive(0), perceive(1)]);
      await vi.waitFor(() => expect(begun.mock.calls).toEqual([[0], [1]]), WAIT);
      await nothingQueued();
      let drained = false;
      const draining = consumer.drain(60_000).then(() => (drained = true));
      await queues.counts();
      expect(drained).toBe(false);
      finish.open();
      await draining;
    });

    it('is tried again when it fails by accident', async () => {
      const tried: number[] = [];
      const fail = latch();
      consume(({ chunk }, delivery) => {
        tried.push(chunk);
        if (tried.length === 1)
          delivery.goOn(fail.opened.then(() => Promise.reject(new Error('by accident'))));
        return Promise.resolve();
      });
      await queues.add([perceive(0)]);
      await vi.waitFor(() => expect(tried).toEqual([0]), WAIT);
      await nothingQueued();
      fail.open();
      await vi.waitFor(() => expect(tried).toEqual([0, 0]), WAIT);
      await nothingQueued();
    });

    it('goes on in its delivery, until it had its turn and others wait, or its consumer drains', async () => {
      const [told, finish, drained] = [vi.fn(), latch(), latch()];
      const consumer = consume(async ({ chunk }, delivery) => {
        if (chunk > 0) return;
        const ask = async (): Promise<void> =>
          void told([await delivery.mayGoOn(false), await delivery.mayGoOn(true)]);
        await ask();
        await queues.add([perceive(1)]);
        await ask();
        finish.open();
        await drained.opened;
        await ask();
      });
      await queues.add([perceive(0)]);
      await finish.opened;
      const draining = consumer.drain(60_000);
      drained.open();
      await draining;
      expect(told.mock.calls.flat()).toEqual([
        [true, true],
        [true, false],
        [false, false],
      ]);
    });

    it('is told to stop when its consumer drains, and goes back to the queue', async () => {
      const begun = vi.fn();
      const consumer = consume((_payload, delivery) => {
        const told = latch();
        delivery.signal.addEventListener('abort', told.open);
        delivery.goOn(told.opened.then(() => Promise.reject(new AbortedError('told to stop'))));
        begun();
        return Promise.resolve();
      });
      await queues.add([perceive(0)]);
      await vi.waitFor(() => expect(begun).toHaveBeenCalledOnce(), WAIT);
      await nothingQueued();
      await consumer.drain(0);
      await vi.waitFor(
        async () => expect((await queues.counts()).perceive).toEqual({ waiting: 1, active: 0, delayed: 0 }),
        WAIT,
      );
    });
  });
});
