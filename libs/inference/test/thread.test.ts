import { describe, expect, it } from 'vitest';
import { EngineStoppedError } from '../src/index.js';
import { InferenceThread, type ThreadRun } from '../src/thread.js';

const DYING = new URL('./fixtures/dying-thread.mjs', import.meta.url);
const PERCEIVE: ThreadRun = { graph: 'perceive', feeds: {}, outputs: [] };
const ANSWER: ThreadRun = { ...PERCEIVE, graph: 'answer' };
const start = (threads: number) => ({
  graphs: { perceive: '', remember: '', answer: '' },
  executionProviders: ['cpu'] as const,
  threads,
});

describe('When the inference thread dies', () => {
  it.each([
    ['by an error', 1],
    ['by leaving', 2],
  ])('%s, every call in flight and every later one rejects', async (_, threads) => {
    const thread = new InferenceThread(start(threads), DYING);
    await thread.loaded;
    const calls = await Promise.allSettled([thread.run(PERCEIVE), thread.run(ANSWER)]);
    for (const call of [...calls, ...(await Promise.allSettled([thread.run(ANSWER)]))]) {
      expect(call).toMatchObject({ status: 'rejected', reason: expect.any(EngineStoppedError) as Error });
    }
  });

  it('a listener is told once, with the cause, and one that listens later is told at once', async () => {
    const thread = new InferenceThread(start(1), DYING);
    const told = new Promise<Error>((resolve) => thread.onCrash(resolve));
    await expect(thread.run(PERCEIVE)).rejects.toThrow(EngineStoppedError);
    expect((await told).message).toBe('the inference thread died (exit code 1)');
    expect((await told).cause).toMatchObject({ message: 'out of memory' });
    let later: Error | undefined;
    thread.onCrash((error) => (later = error));
    expect(later).toBe(await told);
  });

  it('closing it is still clean', async () => {
    const thread = new InferenceThread(start(1), DYING);
    await expect(thread.run(PERCEIVE)).rejects.toThrow(EngineStoppedError);
    await expect(thread.close()).resolves.toBeUndefined();
  });

  it('before it has loaded, loading rejects', async () => {
    const thread = new InferenceThread(start(1), new URL('./fixtures/no-such-file.mjs', import.meta.url));
    await expect(thread.loaded).rejects.toThrow(EngineStoppedError);
  });
});
