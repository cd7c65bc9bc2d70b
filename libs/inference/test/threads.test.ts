import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ThreadGraph } from '../src/thread.js';
import { InferenceThreads } from '../src/threads.js';

describe('the inference threads', () => {
  let threads: InferenceThreads;
  beforeEach(() => {
    threads = new InferenceThreads(
      {
        graphs: { perceive: '', perceive_next: '', remember: '', answer: '' },
        executionProviders: ['cpu'],
        threads: 1,
      },
      new URL('./fixtures/telling-thread.mjs', import.meta.url),
    );
  });
  afterEach(() => threads.close());

  /** Of calls that are made together: whether the thread that perceives runs them. */
  const perceiving = (...graphs: ThreadGraph[]): Promise<boolean[]> =>
    Promise.all(
      graphs.map(async (graph) => {
        const loaded = await threads.run({ graph, feeds: {}, outputs: [] }, false);
        return Object.values<unknown>(loaded).includes('perceive');
      }),
    );

  it('perceive in one, and do all else in the other', async () => {
    expect(await perceiving('perceive', 'remember', 'answer', 'perceive_next', 'answer')).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it('answer in both where nothing is perceived', async () => {
    expect(await perceiving('answer', 'answer')).toEqual([false, true]);
    expect(await perceiving('remember', 'remember', 'answer')).toEqual([false, false, true]);
  });
});
