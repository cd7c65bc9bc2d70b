import { describe, expect, it, vi } from 'vitest';
import { AT_ONCE, inTurn } from '../src/chunk/in-turn.js';

/** Work on chunks that a test ends. */
function worked() {
  const begun: number[] = [];
  const passes: (() => void)[] = [];
  const ends: PromiseWithResolvers<boolean>[] = [];
  const work = (chunk: number, pass: () => void): Promise<boolean> => {
    begun.push(chunk);
    passes.push(pass);
    ends.push(Promise.withResolvers());
    return ends.at(-1)!.promise;
  };
  return { begun, passes, ends, work };
}

describe('the chunks of a run', () => {
  it('begin one after the other, each when the one before gives its turn on, two at a time', async () => {
    const { begun, passes, ends, work } = worked();
    const run = inTurn(4, 7, work);
    expect(begun).toEqual([4]);
    passes[0]!();
    await vi.waitFor(() => expect(begun).toEqual([4, 5]));
    passes[1]!();
    await new Promise(setImmediate);
    expect(begun).toHaveLength(AT_ONCE);
    ends[0]!.resolve(true);
    await vi.waitFor(() => expect(begun).toEqual([4, 5, 6]));
    ends[1]!.resolve(true);
    ends[2]!.resolve(true);
    await vi.waitFor(() => expect(begun).toEqual([4, 5, 6, 7]));
    ends[3]!.resolve(true);
    await run;
  });

  it('are left when one says that nothing is to follow', async () => {
    const begun: number[] = [];
    await inTurn(0, 5, (chunk) => Promise.resolve(begun.push(chunk) < 2));
    expect(begun).toEqual([0, 1]);
  });

  it('fail with the first failure, when all that began has ended', async () => {
    const { begun, passes, ends, work } = worked();
    const run = inTurn(0, 5, work);
    let over = false;
    const checked = expect(run.finally(() => (over = true))).rejects.toThrow(RangeError);
    passes[0]!();
    await vi.waitFor(() => expect(begun).toEqual([0, 1]));
    ends[1]!.reject(new RangeError('no'));
    await new Promise(setImmediate);
    expect(over).toBe(false);
    ends[0]!.resolve(true);
    await checked;
    expect(begun).toEqual([0, 1]);
  });
});
