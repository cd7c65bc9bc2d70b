import type { Delivery, MemoryStatus, QuestionStatus } from '@loci/contracts';

/** pending: not perceived yet. perceived: its features wait in the object store. remembered: it is in the memory. */
export type ChunkStatus = 'pending' | 'perceived' | 'remembered';

/** What Postgres says of one memory and of what waits for it. `head` chunks have been remembered. */
export interface MemoryRows {
  memory: { id: string; status: MemoryStatus; head: number; chunks: number };
  /** Somebody waits for the memory: a job that is queued or running, or a queued question without a job. */
  wanted: boolean;
  chunks: ChunkRow[];
  questions: { id: string; status: QuestionStatus; needsChunks: number; starts: number }[];
}

export interface ChunkRow {
  index: number;
  status: ChunkStatus;
  perceiveStarts: number;
  rememberStarts: number;
}

/** A worker that dies on the same piece of work this often is not sent there again. */
export const MAX_STARTS = 3;

/** Whether a piece of work has been begun so often without being heard of again that it is taken for poison. */
export const isPoison = (starts: number): boolean => starts >= MAX_STARTS;

/** How many chunks perception may run ahead of the memory: bounds what lies in the object store for one clip. */
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
 * The queue jobs that should exist for one memory, as its rows stand: a pure function, so that planning twice asks for
 * the same. A job's id is a function of what it does, so that asking twice adds one.
 *
 * Chunks are remembered in order, hence only the head's; they are perceived in any order, at most `lookahead` ahead of
 * it. Poison work is asked for as well: it is the stage that finds it so, and fails the memory. A failed memory asks for
 * nothing, one that nobody wants only for the questions that it can answer.
 */
export function plan(rows: MemoryRows, { lookahead = LOOKAHEAD }: { lookahead?: number } = {}): Delivery[] {
  const { memory } = rows;
  if (memory.status === 'failed') return [];
  const building =
    rows.wanted && memory.status === 'building' ? chunkDeliveries(rows, Math.max(1, lookahead)) : [];
  const answerable = rows.questions.filter(
    (question) => question.status === 'queued' && question.needsChunks <= memory.head,
  );
  return [...building, ...answerable.map((question) => answer(question.id))];
}

function chunkDeliveries({ memory, chunks }: MemoryRows, lookahead: number): Delivery[] {
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
}

/**
 * Of a plan, what a commit has made due: perception that the moved head lets in, whatever is to be remembered, the answers. The
 * rest was due before, and whoever made it due has added it; what got lost of it the sweep adds.
 */
export function dueAfter(
  { stage, chunk }: Committed,
  deliveries: readonly Delivery[],
  lookahead = LOOKAHEAD,
): Delivery[] {
  const letIn = (delivery: Extract<Delivery, { stage: 'perceive' }>): boolean =>
    stage === 'remember' && delivery.payload.chunk >= chunk + lookahead;
  return deliveries.filter((delivery) => delivery.stage !== 'perceive' || letIn(delivery));
}

/** What the planner needs of the outside. */
export interface DispatchPorts {
  rows(memoryId: string): Promise<MemoryRows | null>;
  add(deliveries: Delivery[]): Promise<void>;
}

/**
 * Reads a memory's rows, plans, and adds what should exist. Called after every commit, then for what that made due,
 * and by the sweep; a memory that is gone asks for nothing.
 */
export async function dispatch(ports: DispatchPorts, memoryId: string, committed?: Committed): Promise<void> {
  const rows = await ports.rows(memoryId);
  const planned = rows === null ? [] : plan(rows);
  const deliveries = committed === undefined ? planned : dueAfter(committed, planned);
  if (deliveries.length > 0) await ports.add(deliveries);
}
