import type { Delivery, MemoryStatus, QuestionStatus } from '@loci/contracts';

/**
 * - pending: not perceived yet.
 * - perceived: its features wait in the object store.
 * - remembered: its frames are in the memory.
 */
export type ChunkStatus = 'pending' | 'perceived' | 'remembered';

/** What the rows say of one memory and of the questions that wait for it. */
export interface MemoryFacts {
  memory: {
    id: string;
    status: MemoryStatus;
    /** Chunks remembered. */
    head: number;
    /** Chunks of the whole clip. */
    chunks: number;
  };
  /** Whether a queued or running job, or a queued question without a job, waits for the memory. */
  wanted: boolean;
  chunks: ChunkFacts[];
  questions: { id: string; status: QuestionStatus; needsChunks: number }[];
}

export interface ChunkFacts {
  index: number;
  status: ChunkStatus;
}

/** After this many workers have died on the same chunk or question, it is poison: no other is sent there. */
export const MAX_DEATHS = 3;

/**
 * How many chunks perception may run ahead of the memory. It bounds what one clip keeps in the object store.
 */
export const LOOKAHEAD = 16;

const perceive = (memoryId: string, chunk: number): Delivery => ({
  stage: 'perceive',
  id: `perceive-${memoryId}-${chunk}`,
  payload: { memory_id: memoryId, chunk },
});
const remember = (memoryId: string, chunk: number): Delivery => ({
  stage: 'remember',
  id: `remember-${memoryId}-${chunk}`,
  payload: { memory_id: memoryId, chunk },
});
const answer = (questionId: string): Delivery => ({
  stage: 'answer',
  id: `answer-${questionId}`,
  payload: { question_id: questionId },
});

/**
 * The queue jobs that should exist for one memory. The function is pure, so planning twice gives the same
 * jobs. A job's id is a function of what it does, so adding it twice adds one.
 *
 * Chunks are remembered in order, so only the head is planned. They are perceived in any order, at most
 * `lookahead` ahead of the head. Poison work is planned too: its stage notices and fails the memory. A failed
 * memory needs nothing. A memory that nobody wants needs only the answers that it can give.
 */
export function plan(facts: MemoryFacts, { lookahead = LOOKAHEAD }: { lookahead?: number } = {}): Delivery[] {
  const { memory } = facts;
  if (memory.status === 'failed') return [];
  const building =
    facts.wanted && memory.status === 'building' ? chunkDeliveries(facts, Math.max(1, lookahead)) : [];
  const answerable = facts.questions.filter(
    (question) => question.status === 'queued' && question.needsChunks <= memory.head,
  );
  return [...building, ...answerable.map((question) => answer(question.id))];
}

function chunkDeliveries({ memory, chunks }: MemoryFacts, lookahead: number): Delivery[] {
  const open = chunks
    .filter(({ index }) => index >= memory.head && index < Math.min(memory.chunks, memory.head + lookahead))
    .sort((a, b) => a.index - b.index);
  const next = open.find(({ index, status }) => index === memory.head && status === 'perceived');
  return [
    ...(next === undefined ? [] : [remember(memory.id, next.index)]),
    ...open.filter(({ status }) => status === 'pending').map(({ index }) => perceive(memory.id, index)),
  ];
}

/** A chunk that has just been perceived or remembered. */
export interface Committed {
  stage: 'perceive' | 'remember';
  chunk: number;
  /** What the commit gave. */
  facts: MemoryFacts;
}

/**
 * The deliveries of a plan that a commit has made due: all answers, the next chunk to remember, and the
 * chunks that the moved head admits to perception. Earlier commits have added the rest; the sweep adds what
 * was lost.
 */
export function dueAfter(
  { stage, chunk }: Pick<Committed, 'stage' | 'chunk'>,
  deliveries: readonly Delivery[],
  lookahead = LOOKAHEAD,
): Delivery[] {
  const admitted = (delivery: Extract<Delivery, { stage: 'perceive' }>): boolean =>
    stage === 'remember' && delivery.payload.chunk >= chunk + lookahead;
  return deliveries.filter((delivery) => delivery.stage !== 'perceive' || admitted(delivery));
}

/** Where the planner reads and writes: the database and the queue. */
export interface DispatchPorts {
  /** Null when the memory is gone. */
  facts(memoryId: string): Promise<MemoryFacts | null>;
  /** Adds the deliveries of which there is none yet with that id. */
  add(deliveries: Delivery[]): Promise<void>;
}

/**
 * Reads the facts of a memory, plans, and adds the deliveries that should exist.
 * @param committed what a stage has just committed: only what that made due is then added, from its facts
 */
export async function dispatch(ports: DispatchPorts, memoryId: string, committed?: Committed): Promise<void> {
  const facts = committed?.facts ?? (await ports.facts(memoryId));
  const planned = facts === null ? [] : plan(facts);
  const deliveries = committed === undefined ? planned : dueAfter(committed, planned);
  if (deliveries.length > 0) await ports.add(deliveries);
}
