import type { Delivery } from '@loci/contracts';
import { MAX_DEATHS, type ChunkFacts, type MemoryFacts } from '../src/index.js';

/** What may happen to a delivery that a worker takes. */
export type Fate = 'done' | 'crash' | 'crash and lost' | 'lost' | 'doubled';

/**
 * A model of workers, database and queue. It runs deliveries over a memory's facts, in any order and with the
 * same compare-and-set semantics, and lets workers die at any step.
 */
export class WorkerModel {
  readonly queue = new Map<string, Delivery>();
  /** What was committed, in order. */
  readonly commits: string[] = [];
  /** How many workers have died on a delivery, by its id; forgotten when it is committed. */
  readonly deaths = new Map<string, number>();

  constructor(readonly facts: MemoryFacts) {}

  add(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries)
      if (!this.queue.has(delivery.id)) this.queue.set(delivery.id, delivery);
  }

  /** Takes the delivery at a place of the queue. A crash leaves it there, unless it is lost as well. */
  take(pick: number, fate: Fate): void {
    const delivery = [...this.queue.values()][pick % Math.max(1, this.queue.size)];
    if (delivery === undefined) return;
    if (fate !== 'crash' && fate !== 'doubled') this.queue.delete(delivery.id);
    if (fate === 'lost') return;
    const commit = this.begin(delivery);
    if (commit === null) {
      this.queue.delete(delivery.id);
      return;
    }
    if (fate === 'done' || fate === 'doubled') {
      commit();
      this.deaths.delete(delivery.id);
    } else this.deaths.set(delivery.id, this.deathsOn(delivery.id) + 1);
  }

  deathsOn(deliveryId: string): number {
    return this.deaths.get(deliveryId) ?? 0;
  }

  /** Null when there is nothing (more) to do, or the work is poison and ends the memory. */
  private begin(delivery: Delivery): (() => void) | null {
    const poison = this.deathsOn(delivery.id) >= MAX_DEATHS;
    return delivery.stage === 'answer'
      ? this.beginAnswer(delivery.payload.question_id, poison)
      : this.beginChunk(delivery.stage, delivery.payload.chunk, poison);
  }

  private beginAnswer(id: string, poison: boolean): (() => void) | null {
    const question = this.facts.questions.find((asked) => asked.id === id);
    if (question?.status !== 'queued') return null;
    if (poison) {
      question.status = 'failed';
      return null;
    }
    return () => {
      question.status = 'answered';
      this.commits.push(`answer ${id}`);
    };
  }

  private beginChunk(stage: 'perceive' | 'remember', index: number, poison: boolean): (() => void) | null {
    const { memory, chunks, wanted } = this.facts;
    const chunk = chunks[index];
    if (
      chunk === undefined ||
      memory.status !== 'building' ||
      !wanted ||
      chunk.status !== (stage === 'perceive' ? 'pending' : 'perceived')
    )
      return null;
    if (stage === 'remember' && memory.head !== index)
      throw new Error(`chunk ${index} was to be remembered at head ${memory.head}`);
    if (poison) {
      memory.status = 'failed';
      return null;
    }
    return () => this.commitChunk(stage, chunk);
  }

  private commitChunk(stage: 'perceive' | 'remember', chunk: ChunkFacts): void {
    const { memory } = this.facts;
    this.commits.push(`${stage} ${chunk.index}`);
    chunk.status = stage === 'perceive' ? 'perceived' : 'remembered';
    if (stage === 'perceive') return;
    memory.head += 1;
    if (memory.head === memory.chunks) memory.status = 'ready';
  }
}

/** Facts as a job's submission leaves them: nothing perceived, questions that wait for their chunks. */
export function freshFacts(chunks: number, needs: readonly number[]): MemoryFacts {
  return {
    memory: { id: 'mem_1', status: 'building', head: 0, chunks },
    wanted: true,
    chunks: Array.from({ length: chunks }, (_, index) => ({ index, status: 'pending' })),
    questions: needs.map((needsChunks, i) => ({ id: `q_${i}`, status: 'queued', needsChunks })),
  };
}
