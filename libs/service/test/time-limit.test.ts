import { describe, expect, it } from 'vitest';
import { TimeLimitError, checkDependencies, withTimeout } from '../src/index.js';

const silence = new Promise<never>(() => undefined);

describe('a time limit', () => {
  it('hands through what ends before it', async () => {
    await expect(withTimeout(Promise.resolve(3), 60_000, 'too late')).resolves.toBe(3);
    await expect(withTimeout(Promise.reject(new RangeError('no')), 60_000, 'too late')).rejects.toThrow(
      RangeError,
    );
  });

  it('ends the wait for what takes longer, with the given complaint', async () => {
    const waiting = withTimeout(silence, 5, 'the queue does not answer');
    await expect(waiting).rejects.toThrow(TimeLimitError);
    await expect(waiting).rejects.toThrow('the queue does not answer');
  });

  it('takes no notice of what fails after it', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    await expect(withTimeout(promise, 5, 'too late')).rejects.toThrow('too late');
    reject(new Error('later'));
  });
});

describe('dependencies', () => {
  it('are checked together, and each fault is told by its name', async () => {
    const faults = await checkDependencies(
      {
        database: { check: () => Promise.resolve() },
        queue: { check: () => Promise.reject(new Error('connection refused')) },
        store: { check: () => silence },
      },
      5,
    );
    expect(faults.database).toBeNull();
    expect(faults.queue?.message).toBe('connection refused');
    expect(faults.store?.message).toBe('does not answer');
  });
});
