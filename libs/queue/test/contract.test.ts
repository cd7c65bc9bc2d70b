import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { AbortedError, LociError, type Payloads } from '@loci/contracts';
import { isMissing } from '@loci/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openQueues, type Consumer, type Handler, type Queues } from '../src/index.js';
import { BACKENDS, QUICK, WAIT, answer, latch, memory, perceive, redis, soon } from './fixture.js';

describe.each([
  { kind: 'postgres' as const, missing: false },
  { kind: 'redis' as const, missing: isMissing(redis, 'the queue on Redis') },
])('the queues ($kind)', ({ kind, missing }) => {
  describe.skipIf(missing)('', () => {
    let url: string;
    let stop: () => Promise<void>;
    let prefix: string;
    let queues: Queues;
    let runs = 0;
    beforeAll(async () => ({ url, stop } = await BACKENDS[kind]()));
    afterAll(() => stop());
    beforeEach(async () => {
      prefix = `test${(runs += 1)}`;
      queues = await openQueues(url, { prefix });
    });
    afterEach(() => queues.close());

    const consume = (handler: Handler<'perceive'>, concurrency = 1): Consumer =>
      queues.consume('perceive', handler, { ...QUICK, concurrency });
    const nothingLeft = (): Promise<void> =>
      vi.waitFor(
        async () => expect((await queues.counts()).perceive).toEqual({ waiting: 0, active: 0, delayed: 0 }),
        WAIT,
      );

    it('deliver what was added, each once, with its payload', async () => {
      const done: Payloads['perceive'][] = [];
      const answered = vi.fn();
      await queues.add([perceive(0), perceive(1), answer(), perceive(2)]);
      expect(await queues.counts()).toMatchObject({
        perceive: { waiting: 3 },
        answer: { waiting: 1 },
        remember: { waiting: 0 },
      });
      consume(
        soon((payload) => done.push(payload)),
        2,
      );
      queues.consume(
        'answer',
        soon(({ question_id }) => answered(question_id)),
        QUICK,
      );
      await nothingLeft();
      await vi.waitFor(() => expect(answered).toHaveBeenCalledOnce(), WAIT);
      expect(done.map(({ chunk }) => chunk).sort()).toEqual([0, 1, 2]);
      expect(done[0]?.memory_id).toBe(memory);
    });

    it('keep one delivery of an id, waiting or in flight, and take the id again once it ended', async () => {
      const [begun, finish] = [vi.fn(), latch()];
      await Promise.all([queues.add([perceive(0)]), queues.add([perceive(0), perceive(0)])]);
      expect((await queues.counts()).perceive.waiting).toBe(1);
      consume(async () => {
        begun();
        await finish.opened;
      }, 3);
      await vi.waitFor(() => expect(begun).toHaveBeenCalledOnce(), WAIT);
      await queues.add([perceive(0)]);
      expect((await queues.counts()).perceive).toEqual({ waiting: 0, active: 1, delayed: 0 });
      finish.open();
      await nothingLeft();
      await queues.add([perceive(0)]);
      await nothingLeft();
      expect(begun).toHaveBeenCalledTimes(2);
    });

    it('give a consumer as many at once as it handles of the kind that it was given last', async () => {
      const finish = latch();
      let [now, most] = [0, 0];
      const count = async ({ chunk }: Payloads['perceive']): Promise<void> => {
        most = Math.max(most, (now += 1));
        // the first of a kind is handled as the kind before
        if (chunk > 0) await finish.opened;
        now -= 1;
      };
      queues.consume('perceive', count, {
        ...QUICK,
        atOnce: ({ memory_id }) => (memory_id === memory ? 2 : 1),
      });
      await queues.add([0, 1, 2, 3].map(perceive));
      await vi.waitFor(() => expect(now).toBe(2), WAIT);
      finish.open();
      await nothingLeft();
      expect(most).toBe(2);
    });

    it('hand a delivery over to a consumer here while it has room, beside the queue', async () => {
      const [begun, finish] = [vi.fn(), latch()];
      expect(queues.handOver(perceive(0))).toBe(false);
      consume(async ({ chunk }) => {
        begun(chunk);
        await finish.opened;
      }, 2);
      expect([0, 1, 2].map((chunk) => queues.handOver(perceive(chunk)))).toEqual([true, true, false]);
      expect(begun.mock.calls).toEqual([[0], [1]]);
      expect(queues.handOver(answer())).toBe(false);
      expect((await queues.counts()).perceive).toEqual({ waiting: 0, active: 0, delayed: 0 });
      finish.open();
    });

    it('have what was handed over tried again when it fails by accident', async () => {
      const tried: number[] = [];
      consume(({ chunk }) => {
        tried.push(chunk);
        return tried.length === 1 ? Promise.reject(new Error('by accident')) : Promise.resolve();
      });
      expect(queues.handOver(perceive(0))).toBe(true);
      await vi.waitFor(() => expect(tried).toEqual([0, 0]), WAIT);
      await nothingLeft();
    });

    it('take what was handed over back when its consumer drains', async () => {
      const consumer = consume(
        (_payload, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new AbortedError('told to stop')));
          }),
      );
      expect(queues.handOver(perceive(0))).toBe(true);
      await consumer.drain(0);
      expect((await queues.counts()).perceive).toEqual({ waiting: 1, active: 0, delayed: 0 });
      expect(queues.handOver(perceive(1))).toBe(false);
    });

    it('try again what failed by accident, and not what failed for good', async () => {
      const attempts: number[] = [];
      const failed = vi.fn();
      consume(
        soon(({ chunk }, { attempt }) => {
          if (chunk === 1) {
            failed();
            throw new LociError('decode-failed', 'the clip is broken');
          }
          attempts.push(attempt);
          if (attempt < 3) throw new Error('the store was away');
        }),
      );
      await queues.add([perceive(0), perceive(1)]);
      await vi.waitFor(() => expect(attempts).toEqual([1, 2, 3]), WAIT);
      await nothingLeft();
      expect(failed).toHaveBeenCalledOnce();
    });

    it('keep the lock of work that takes longer than it', async () => {
      const [begun, finish] = [vi.fn(), latch()];
      const work: Handler<'perceive'> = async () => {
        begun();
        await finish.opened;
      };
      consume(work);
      consume(work);
      await queues.add([perceive(0)]);
      await vi.waitFor(() => expect(begun).toHaveBeenCalled(), WAIT);
      // other work goes through meanwhile, so that the stalled check has run: three of its periods
      const until = Date.now() + 3 * QUICK.stalledMs + QUICK.lockMs;
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(until), WAIT);
      expect(begun).toHaveBeenCalledOnce();
      finish.open();
      await nothingLeft();
    });

    it('hand back on a drain what does not end within the grace, without counting an attempt', async () => {
      const [begun, finish] = [latch(), latch()];
      const first = consume(async ({ chunk }, { signal }) => {
        begun.open();
        if (chunk === 0)
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new AbortedError('drained'))),
          );
      });
      await queues.add([perceive(0), perceive(1)]);
      await begun.opened;
      await first.drain(10);
      await first.close();
      expect((await queues.counts()).perceive).toEqual({ waiting: 2, active: 0, delayed: 0 });
      const attempts: number[] = [];
      consume(
        soon((_payload, { attempt }) => {
          attempts.push(attempt);
          finish.open();
        }),
      );
      await finish.opened;
      await nothingLeft();
      expect(attempts).toEqual([1, 1]);
    });

    it('let finish on a drain what ends within the grace', async () => {
      const [begun, finish, aborted] = [latch(), latch(), vi.fn()];
      const consumer = consume(async (_payload, { signal }) => {
        signal.addEventListener('abort', aborted);
        begun.open();
        await finish.opened;
      });
      await queues.add([perceive(0)]);
      await begun.opened;
      const drained = consumer.drain(60_000);
      finish.open();
      await drained;
      await nothingLeft();
      expect(aborted).not.toHaveBeenCalled();
    });

    it('can be emptied while work is in flight, and go on afterwards', async () => {
      const [begun, finish] = [vi.fn(), latch()];
      consume(async () => {
        begun();
        await finish.opened;
      });
      await queues.add([perceive(0), perceive(1), perceive(2)]);
      await vi.waitFor(() => expect(begun).toHaveBeenCalledOnce(), WAIT);
      await queues.empty();
      expect((await queues.counts()).perceive).toEqual({ waiting: 0, active: 0, delayed: 0 });
      finish.open();
      await queues.add([perceive(7)]);
      await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(2), WAIT);
      await nothingLeft();
    });

    describe('with a consumer in another process', () => {
      let child: ChildProcess;
      let said: string[];
      beforeEach(async () => {
        said = [];
        child = spawn(
          process.execPath,
          [new URL('consumer-process.mjs', import.meta.url).pathname, url, prefix],
          { stdio: ['ignore', 'pipe', 'inherit'] },
        );
        createInterface({ input: child.stdout! }).on('line', (line) => said.push(line));
        await queues.add([perceive(0)]);
        await vi.waitFor(() => expect(said).toContain('begun 0 attempt 1'), WAIT);
      });
      afterEach(() => void child.kill('SIGKILL'));

      it('that is killed, give its work to another', async () => {
        const taken = vi.fn();
        consume(soon(({ chunk }) => taken(chunk)));
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
        await vi.waitFor(() => expect(taken).toHaveBeenCalledWith(0), WAIT);
        await nothingLeft();
      });

      it('that is told to end, take its work back at once', async () => {
        const attempts: number[] = [];
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        expect((await ended)[0]).toBe(0);
        expect(said).toContain('drained');
        expect((await queues.counts()).perceive).toEqual({ waiting: 1, active: 0, delayed: 0 });
        consume(soon((_payload, { attempt }) => attempts.push(attempt)));
        await nothingLeft();
        expect(attempts).toEqual([1]);
      });
    });
  });

  it.skipIf(missing)('say so when nobody answers', async () => {
    await expect(
      openQueues(kind === 'redis' ? 'redis://127.0.0.1:1' : 'postgres://loci:x@127.0.0.1:1/loci'),
    ).rejects.toThrow();
  });
});

describe('the URL of the queues', () => {
  it('is refused with a word when it is neither Redis nor Postgres', async () => {
    await expect(openQueues('amqp://user:secret@host')).rejects.toThrow(
      /^a queue's URL starts with redis:.*not amqp:$/,
    );
  });
});
