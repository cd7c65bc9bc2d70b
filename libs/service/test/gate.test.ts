import { describe, expect, it } from 'vitest';
import { Gate, GateClosedError } from '../src/index.js';

/** Work that ends when the test says so. */
function works(gate: Gate) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const submit = (id: number, signal?: AbortSignal): Promise<number> =>
    gate.run(async () => {
      begun.push(id);
      await new Promise<void>((resolve) => (ends[id] = resolve));
      return id;
    }, signal);
  return { begun, submit, end: (id: number) => ends[id]?.() };
}

describe('a gate', () => {
  const LIMITS = { atOnce: 2, inLine: 2, waitMs: 60_000 };

  it('lets as many pieces of work run at once as it may, and the others in their order', async () => {
    const { begun, submit, end } = works(new Gate(LIMITS));
    const all = [0, 1, 2, 3].map((id) => submit(id));
    expect(begun).toEqual([0, 1]);
    end(1);
    await all[1];
    await expect.poll(() => begun).toEqual([0, 1, 2]);
    end(0);
    await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
    end(2);
    end(3);
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
  });

  it('is closed when the line is full, and open again when there is room', async () => {
    const { submit, end } = works(new Gate(LIMITS));
    const all = [0, 1, 2, 3].map((id) => submit(id));
    await expect(submit(4)).rejects.toBeInstanceOf(GateClosedError);
    end(0);
    await all[0];
    const late = submit(5);
    const ending = setInterval(() => [1, 2, 3, 5].forEach(end), 1);
    expect(await Promise.all([...all, late])).toEqual([0, 1, 2, 3, 5]);
    clearInterval(ending);
  });

  it('is closed to who has waited too long, and a free place goes to the next', async () => {
    const gate = new Gate({ atOnce: 1, inLine: 2, waitMs: 20 });
    const { begun, submit, end } = works(gate);
    const first = submit(0);
    await expect(submit(1)).rejects.toBeInstanceOf(GateClosedError);
    end(0);
    await first;
    const next = submit(2);
    expect(begun).toEqual([0, 2]);
    end(2);
    expect(await next).toBe(2);
  });

  it('is left by who does not want to wait any more', async () => {
    const { begun, submit, end } = works(new Gate({ ...LIMITS, atOnce: 1 }));
    const first = submit(0);
    const gone = new AbortController();
    const left = submit(1, gone.signal);
    const stays = submit(2);
    gone.abort(new Error('hung up'));
    await expect(left).rejects.toThrow('hung up');
    end(0);
    await first;
    await expect.poll(() => begun).toEqual([0, 2]);
    end(2);
    await stays;
  });

  it('frees the place of work that fails', async () => {
    const gate = new Gate({ atOnce: 1, inLine: 0, waitMs: 0 });
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.run(() => Promise.resolve('yes'))).toBe('yes');
  });
});
