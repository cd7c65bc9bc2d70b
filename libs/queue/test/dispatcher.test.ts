import type { Delivery } from '@loci/contracts';
import type { MemoryFacts } from '@loci/pipeline';
import { describe, expect, it } from 'vitest';
import { Dispatcher } from '../src/index.js';
import { latch, memory, perceive } from './fixture.js';

const facts: MemoryFacts = {
  memory: { id: memory, status: 'building', head: 0, chunks: 1 },
  wanted: true,
  chunks: [{ index: 0, status: 'pending' }],
  questions: [],
};
const away = () => Promise.reject(new Error('the queue is away'));

/** A dispatcher over a memory with one chunk to perceive, and what came of its work. */
function dispatcherOver(
  add: (deliveries: Delivery[]) => Promise<void>,
  handOver: (delivery: Delivery) => boolean = () => false,
) {
  const undelivered: string[] = [];
  const source = { facts: () => Promise.resolve(facts) };
  return { undelivered, dispatcher: new Dispatcher(source, { add, handOver }, (id) => undelivered.push(id)) };
}

describe('a dispatcher', () => {
  it('adds the work that a memory needs', async () => {
    const added: Delivery[][] = [];
    const { dispatcher, undelivered } = dispatcherOver((deliveries) =>
      Promise.resolve(void added.push(deliveries)),
    );
    await dispatcher.dispatch(memory);
    await dispatcher.deliver(memory);
    expect(added).toEqual([[perceive(0)], [perceive(0)]]);
    expect(undelivered).toEqual([]);
  });

  it('reads a memory once for all who ask while it is busy with the same', async () => {
    const added: Delivery[][] = [];
    const { opened, open } = latch();
    const { dispatcher } = dispatcherOver(async (deliveries) => {
      added.push(deliveries);
      await opened;
    });
    const first = dispatcher.deliver(memory);
    await expect.poll(() => added.length).toBe(1);
    const others = Array.from({ length: 20 }, () => dispatcher.deliver(memory));
    open();
    await Promise.all([first, ...others]);
    expect(added).toHaveLength(2);
  });

  it('adds only what a commit has made due', async () => {
    const added: Delivery[][] = [];
    const { dispatcher } = dispatcherOver((deliveries) => Promise.resolve(void added.push(deliveries)));
    await dispatcher.deliver(memory, { stage: 'perceive', chunk: 0, facts });
    expect(added).toEqual([]);
  });

  it('begins here what a commit has made due, when there is room, and adds it else', async () => {
    const perceived: MemoryFacts = { ...facts, chunks: [{ index: 0, status: 'perceived' }] };
    for (const room of [true, false]) {
      const [added, begun] = [[] as Delivery[], [] as Delivery[]];
      const { dispatcher } = dispatcherOver(
        (deliveries) => Promise.resolve(void added.push(...deliveries)),
        (delivery) => room && begun.push(delivery) > 0,
      );
      await dispatcher.deliver(memory, { stage: 'perceive', chunk: 0, facts: perceived });
      expect([begun, added].map((deliveries) => deliveries.map(({ stage }) => stage))).toEqual(
        room ? [['remember'], []] : [[], ['remember']],
      );
    }
  });

  it('reports what it cannot deliver, and leaves it to the sweep', async () => {
    const { dispatcher, undelivered } = dispatcherOver(away);
    await dispatcher.deliver(memory);
    expect(undelivered).toEqual([memory]);
  });

  it('fails where the caller has to know', async () => {
    const { dispatcher } = dispatcherOver(away);
    await expect(dispatcher.dispatch(memory)).rejects.toThrow('the queue is away');
  });
});
