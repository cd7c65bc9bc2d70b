import type { Delivery } from '@loci/contracts';
import { MAX_DEATHS, plan, type ChunkFacts, type Committed, type MemoryFacts } from '../src/index.js';

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
  /** How many workers have died on a piece of work, by its name; forgotten when it is committed. */
  readonly deaths = new Map<string, number>();

  /**
   * @param onCommit hears of each chunk's stage that was committed, with the facts as they are then
   * @param strands as plan has them
   */
  constructor(
    readonly facts: MemoryFacts,
    private readonly onCommit: (committed: Committed) => void = () => undefined,
    private readonly strands = 1,
  ) {}

  add(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries)
      if (!this.queue.has(delivery.id)) this.queue.set(delivery.id, delivery);
  }

  /**
   * Takes the delivery at a place of the queue. A crash leaves it there, unless it is lost as well; of a run,
   * some chunks may be done before.
   */
  take(pick: number, fate: Fate): void {
    const delivery = [...this.queue.values()][pick % Math.max(1, this.queue.size)];
    if (delivery === undefined) return;
    const pieces = fate === 'lost' ? [] : this.piecesOf(delivery);
    const crashes = fate === 'crash' || fate === 'crash and lost' ? pick % pieces.length : Infinity;
    let began = false;
    for (const [place, { name, begin }] of pieces.entries()) {
      const commit = begin((this.deaths.get(name) ?? 0) >= MAX_DEATHS);
      if (commit === null) continue;
      began = true;
      if (place >= crashes) {
        this.deaths.set(name, (this.deaths.get(name) ?? 0) + 1);
        if (fate === 'crash and lost') this.queue.delete(delivery.id);
        return;
      }
      commit();
      this.deaths.delete(name);
    }
    if (fate === 'doubled' && began) return;
    this.queue.delete(delivery.id);
    // a worker that goes on with no other run plans what is left
    if (delivery.stage === 'perceive' && fate !== 'lost')
      this.add(plan(this.facts, this.strands).filter(({ stage }) => stage === 'perceive'));
  }

  /**
   * The pieces of work that a delivery asks for. One begins as null when there is nothing (more) to do, or it
   * is poison and ends the memory.
   */
  private piecesOf(delivery: Delivery): { name: string; begin: (poison: boolean) => (() => void) | null }[] {
    if (delivery.stage === 'answer') {
      const { question_id: id } = delivery.payload;
      return [{ name: `answer ${id}`, begin: (poison) => this.beginAnswer(id, poison) }];
    }
    const { stage, payload } = delivery;
    const last = 'last' in payload ? (payload.last ?? payload.chunk) : payload.chunk;
    return Array.from({ length: last - payload.chunk + 1 }, (_, place) => {
      const chunk = payload.chunk + place;
      return { name: `${stage} ${chunk}`, begin: (poison) => this.beginChunk(stage, chunk, poison) };
    });
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
    if (stage === 'remember') memory.head += 1;
    if (memory.head === memory.chunks) memory.status = 'ready';
    this.onCommit({ stage, chunk: chunk.index, facts: this.facts });
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
