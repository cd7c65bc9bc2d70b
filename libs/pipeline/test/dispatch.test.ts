import type { Delivery } from '@loci/contracts';
import { describe, expect, it } from 'vitest';
import { dispatch, plan, type MemoryFacts } from '../src/index.js';
import { freshFacts } from './worker-model.js';

describe('dispatching', () => {
  const ports = (facts: MemoryFacts | null) => {
    const added: Delivery[][] = [];
    return {
      added,
      facts: () => Promise.resolve(facts),
      add: (deliveries: Delivery[]) => Promise.resolve(void added.push(deliveries)),
      handOver: () => false,
    };
  };

  it('adds what the facts ask for', async () => {
    const facts = freshFacts(3, []);
    const port = ports(facts);
    await dispatch(port, 'mem_1');
    expect(port.added).toEqual([plan(facts)]);
  });

  it('leaves the queue alone when nothing is asked for, or the memory is gone', async () => {
    for (const facts of [null, { ...freshFacts(3, []), wanted: false }]) {
      const port = ports(facts);
      await dispatch(port, 'mem_1');
      expect(port.added).toEqual([]);
    }
  });
});
