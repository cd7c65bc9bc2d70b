import { AbortedError } from '@loci/contracts';
import { describe, expect, it, vi } from 'vitest';
import { allEnded, unlessAborted, WantedMemories } from '../src/stages/watch.js';

const WAIT = { timeout: 5000 };

describe('watching whether work is wanted', () => {
  const outer = (): AbortSignal => new AbortController().signal;

  it('stops all work on a memory that nobody wants any more, and no other', async () => {
    const memories = new WantedMemories((id) => Promise.resolve(id === 'wanted'));
    const [wanted, first, second] = ['wanted', 'unwanted', 'unwanted'].map((id) =>
      memories.watch(id, outer()),
    );
    first!.check();
    await vi.waitFor(() => expect([first!.unwanted(), second!.unwanted()]).toEqual([true, true]), WAIT);
    expect(first!.signal.aborted).toBe(true);
    expect(() => second!.check()).toThrow(AbortedError);
    expect(wanted!.unwanted()).toBe(false);
    wanted!.check();
    for (const watch of [wanted!, first!, second!]) watch.stop();
  });

  it('asks once for all that goes on for a memory, again and again, and not for what has ended', async () => {
    const asked: string[] = [];
    const memories = new WantedMemories((id) => Promise.resolve(asked.push(id) > 0));
    const [a, b, ended] = ['a', 'b', 'ended'].map((id) => memories.watch(id, outer()));
    const more = Array.from({ length: 5 }, () => memories.watch('a', outer()));
    ended!.stop();
    await vi.waitFor(() => expect(asked.filter((id) => id === 'b')).toHaveLength(2), WAIT);
    expect(asked.filter((id) => id === 'a').length).toBeLessThanOrEqual(3);
    expect(asked).not.toContain('ended');
    for (const watch of [a!, b!, ...more]) watch.stop();
  });

  it('goes on after a query that fails', async () => {
    const answers = [() => Promise.reject(new Error('away')), () => Promise.resolve(false)];
    const watch = new WantedMemories(() => answers.shift()!()).watch('m', outer());
    await vi.waitFor(() => expect(watch.unwanted()).toBe(true), WAIT);
    watch.stop();
  });

  it('tells a drain from being unwanted', () => {
    const drain = new AbortController();
    const watch = new WantedMemories(() => Promise.resolve(true)).watch('m', drain.signal);
    watch.check();
    drain.abort();
    expect(() => watch.check()).toThrow(AbortedError);
    expect(watch.unwanted()).toBe(false);
    watch.stop();
  });

  it('does not wait for a call that cannot be interrupted', async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(() => new Promise<never>(() => undefined), stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow(AbortedError);
  });

  it('fails with the first failure only when every call has ended', async () => {
    const slow = Promise.withResolvers<undefined>();
    let ended = false;
    const work = allEnded([Promise.reject(new RangeError('no')), slow.promise.then(() => (ended = true))]);
    const checked = expect(work).rejects.toThrow(RangeError);
    setImmediate(() => slow.resolve(undefined));
    await checked;
    expect(ended).toBe(true);
    await expect(allEnded([Promise.resolve(1), 'two'])).resolves.toEqual([1, 'two']);
  });

  it('hands a call’s own outcome through', async () => {
    const { signal } = new AbortController();
    await expect(unlessAborted(() => Promise.resolve(3), signal)).resolves.toBe(3);
    await expect(unlessAborted(() => Promise.reject(new RangeError('no')), signal)).rejects.toThrow(
      RangeError,
    );
  });
});
