import { describe, expect, it, vi } from 'vitest';
import { inTurn, Room } from '../src/chunk/in-turn.js';

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
  it('begin in order, each when the one before gives its turn on and there is room', async () => {
    const { begun, passes, ends, work } = worked();
    const run = inTurn(4, 7, new Room(2), work);
    await vi.waitFor(() => expect(begun).toEqual([4]));
    passes[0]!();
    await vi.waitFor(() => expect(begun).toEqual([4, 5]));
    passes[1]!();
    await new Promise(setImmediate);
    expect(begun).toEqual([4, 5]);
    ends[0]!.resolve(true);
    await vi.waitFor(() => expect(begun).toEqual([4, 5, 6]));
    for (const end of ends) end.resolve(true);
    await vi.waitFor(() => expect(begun).toEqual([4, 5, 6, 7]));
    ends[3]!.resolve(true);
    expect(await run.passed).toBe(true);
    await run.ended();
  });

  it('leave their turn to another run when the last one gives it on, and share the room', async () => {
    const { begun, passes, ends, work } = worked();
    const room = new Room(2);
    const run = inTurn(0, 1, room, work);
    await vi.waitFor(() => expect(begun).toEqual([0]));
    passes[0]!();
    await vi.waitFor(() => expect(begun).toEqual([0, 1]));
    passes[1]!();
    expect(await run.passed).toBe(true);
    void inTurn(2, 3, room, work);
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1]);
    ends[0]!.resolve(true);
    await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]));
  });

  it('are left when one says that nothing is to follow', async () => {
    const begun: number[] = [];
    const run = inTurn(0, 5, new Room(2), (chunk) => Promise.resolve(begun.push(chunk) < 2));
    expect(await run.passed).toBe(false);
    expect(begun).toEqual([0, 1]);
  });

  it('fail with the first failure, when all that began has ended', async () => {
    const { begun, passes, ends, work } = worked();
    const run = inTurn(0, 5, new Room(3), work);
    await vi.waitFor(() => expect(begun).toEqual([0]));
    passes[0]!();
    await vi.waitFor(() => expect(begun).toEqual([0, 1]));
    ends[1]!.reject(new RangeError('no'));
    expect(await run.passed).toBe(false);
    let over = false;
    const checked = expect(run.ended().finally(() => (over = true))).rejects.toThrow(RangeError);
    await new Promise(setImmediate);
    expect(over).toBe(false);
    ends[0]!.resolve(true);
    await checked;
    expect(begun).toEqual([0, 1]);
  });
});
