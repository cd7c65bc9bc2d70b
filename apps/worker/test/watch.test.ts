import { AbortedError } from '@loci/contracts';
import { describe, expect, it, vi } from 'vitest';
import { allEnded, unlessAborted, watchWanted } from '../src/stages/watch.js';

describe('watching whether work is wanted', () => {
  it('stops the work when it is asked and nobody wants it any more', async () => {
    const watch = watchWanted(() => Promise.resolve(false), new AbortController().signal);
    await expect(watch.check()).rejects.toThrow(AbortedError);
    expect(watch.unwanted()).toBe(true);
    expect(watch.signal.aborted).toBe(true);
    watch.stop();
  });

  it('notices by itself', async () => {
    const watch = watchWanted(() => Promise.resolve(false), new AbortController().signal);
    await vi.waitFor(() => expect(watch.signal.aborted).toBe(true), { timeout: 5000 });
    expect(watch.unwanted()).toBe(true);
    watch.stop();
  });

  it('tells a drain from being unwanted', async () => {
    const drain = new AbortController();
    const watch = watchWanted(() => Promise.resolve(true), drain.signal);
    await watch.check();
    drain.abort();
    await expect(watch.check()).rejects.toThrow(AbortedError);
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
