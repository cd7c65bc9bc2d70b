import { dispatch, type Committed, type DispatchPorts, type MemoryFacts } from '@loci/pipeline';
import { withTimeout } from '@loci/service';
import type { Queues } from './queues.js';

/** How long `deliver` waits for the database and the queue, in ms. */
const LIMIT_MS = 5_000;

/** Where the facts about a memory are read; null for a memory that is gone. */
export interface FactsSource {
  facts(memoryId: string): Promise<MemoryFacts | null>;
}

/** Plans the work on a memory from its rows and adds it to the queue. */
export class Dispatcher {
  private readonly ports: DispatchPorts;
  /** By memory: the dispatch that was asked for last. Who asks before it begins shares it. */
  private readonly asked = new Map<string, { begun: boolean; done: Promise<void> }>();

  /**
   * @param onUndelivered hears of each memory whose work `deliver` could not add
   * @param strands how many workers may perceive a memory at a time
   */
  constructor(
    memories: FactsSource,
    queues: Pick<Queues, 'add' | 'handOver'>,
    private readonly onUndelivered: (memoryId: string, error: unknown) => void = () => undefined,
    strands = 1,
  ) {
    this.ports = {
      strands,
      facts: (memoryId) => memories.facts(memoryId),
      add: (deliveries) => queues.add(deliveries),
      handOver: (delivery) => queues.handOver(delivery),
    };
  }

  /** Adds all the work that a memory needs now. Rejects when the database or the queue cannot be reached. */
  dispatch(memoryId: string): Promise<void> {
    return dispatch(this.ports, memoryId);
  }

  /**
   * Adds the work that a change of a memory has made due. Never rejects: the change stands in the database,
   * so the sweep of any worker adds later what cannot be added now.
   * @param committed the stage that was committed here: what follows goes on here, if there is room. Without
   * it, everything that the memory needs is added
   */
  async deliver(memoryId: string, committed?: Committed): Promise<void> {
    try {
      const dispatched =
        committed === undefined ? this.shared(memoryId) : dispatch(this.ports, memoryId, committed);
      await withTimeout(dispatched, LIMIT_MS, 'the queue does not answer');
    } catch (error) {
      this.onUndelivered(memoryId, error);
    }
  }

  /** Dispatches after the one that runs for this memory, once for all who ask meanwhile. */
  private shared(memoryId: string): Promise<void> {
    const last = this.asked.get(memoryId);
    if (last?.begun === false) return last.done;
    const before = last?.done ?? Promise.resolve();
    const next = { begun: false, done: Promise.resolve() };
    const begin = async (): Promise<void> => {
      next.begun = true;
      try {
        await this.dispatch(memoryId);
      } finally {
        if (this.asked.get(memoryId) === next) this.asked.delete(memoryId);
      }
    };
    next.done = before.then(begin, begin);
    this.asked.set(memoryId, next);
    return next.done;
  }
}
