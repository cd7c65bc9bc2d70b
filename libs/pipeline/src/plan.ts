import type { Delivery, MemoryStatus, QuestionStatus } from '@loci/contracts';
import { runsIn, type Run } from './runs.js';
import { workOf } from './work.js';

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
  /** Work that a living worker has begun a moment ago; see workOf. What a commit gives lacks it. */
  atWork?: readonly string[];
  questions: { id: string; status: QuestionStatus; needsChunks: number }[];
}

export interface ChunkFacts {
  index: number;
  status: ChunkStatus;
}

/** After this many workers have died on the same chunk or question, it is poison: no other is sent there. */
export const MAX_DEATHS = 3;

const perceive = (memoryId: string, strand: number, { chunk, last }: Run): Delivery => ({
  stage: 'perceive',
  id: `perceive-${memoryId}-${strand}`,
  payload: { memory_id: memoryId, chunk, last },
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
 * Chunks are remembered in order, so only the head is planned. They are perceived in runs, in any order. Of
 * each strand of runs one is planned: the worker that takes it goes on with those that follow. What a worker
 * is at need not be in a queue: it is left out, and so is its strand. Poison work is planned too: its stage
 * notices and fails the memory. A failed memory needs nothing. A memory that nobody wants needs only the
 * answers that it can give.
 * @param strands how many workers may perceive the memory at a time
 */
export function plan(facts: MemoryFacts, strands = 1): Delivery[] {
  const { memory } = facts;
  if (memory.status === 'failed') return [];
  const building = isBuilding(facts) ? chunkDeliveries(facts, strands) : [];
  const answerable = facts.questions.filter(
    (question) => question.status === 'queued' && question.needsChunks <= memory.head,
  );
  return [...building, ...answerable.map((question) => answer(question.id))].filter(
    ({ stage, payload }) => stage === 'perceive' || facts.atWork?.includes(workOf(stage, payload)) !== true,
  );
}

const isBuilding = ({ wanted, memory }: MemoryFacts): boolean => wanted && memory.status === 'building';

function chunkDeliveries(facts: MemoryFacts, strands: number): Delivery[] {
  const { memory, chunks } = facts;
  const next = chunks.find(({ index, status }) => index === memory.head && status === 'perceived');
  const byStrand = Map.groupBy(pendingRuns(facts), ({ run }) => run % strands);
  const free = [...byStrand].filter(([, runs]) => !isOneAtWork(runs, facts));
  return [
    ...(next === undefined ? [] : [remember(memory.id, next.index)]),
    ...free.flatMap(([strand, [first]]) => (first === undefined ? [] : [perceive(memory.id, strand, first)])),
  ];
}

/** The pending chunks of the runs that are admitted to perception, by run, in order. */
function pendingRuns({ memory, chunks }: Pick<MemoryFacts, 'memory' | 'chunks'>): PendingRun[] {
  const { runOf, admittedAt } = runsIn(memory.chunks);
  const admitted = admittedAt(memory.head);
  const open = chunks
    .filter(({ index, status }) => status === 'pending' && index >= memory.head && runOf(index) < admitted)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
  return Array.from(
    Map.groupBy(open, (index) => runOf(index)),
    ([run, pending]) => ({ run, pending, chunk: pending[0] ?? 0, last: pending.at(-1) ?? 0 }),
  );
}

/** Whether a worker is at a chunk of some runs. */
const isOneAtWork = (
  runs: readonly PendingRun[],
  { memory, atWork = [] }: Pick<MemoryFacts, 'memory' | 'atWork'>,
): boolean =>
  runs.some(({ pending }) =>
    pending.some((chunk) => atWork.includes(workOf('perceive', { memory_id: memory.id, chunk }))),
  );

interface PendingRun extends Run {
  run: number;
  pending: readonly number[];
}

/**
 * The run that a worker goes on with behind one: the next of its strand that is admitted and not perceived.
 * @param last the chunk that the worker was at last
 * @returns null when there is none, or another is at one: it took this worker, which stood still, for dead
 */
export function runAfter(facts: MemoryFacts, last: number, strands = 1): Run | null {
  if (!isBuilding(facts)) return null;
  const { runOf } = runsIn(facts.memory.chunks);
  const [before, strand] = [runOf(last), runOf(last) % strands];
  const runs = pendingRuns(facts).filter(({ run }) => run > before && run % strands === strand);
  const [next] = runs;
  return next === undefined || isOneAtWork(runs, facts) ? null : { chunk: next.chunk, last: next.last };
}

/** A chunk that has just been perceived or remembered. */
export interface Committed {
  stage: 'perceive' | 'remember';
  chunk: number;
  /** What the commit gave. */
  facts: MemoryFacts;
}

/**
 * The deliveries that a commit has made due, each of which no other commit makes due: the answers that need
 * its chunk, the next chunk to remember, and the run that the moved head admits to perception, where nothing
 * else of its strand is pending. The sweep adds what was lost.
 */
export function dueAfter({ stage, chunk, facts }: Committed, strands = 1): Delivery[] {
  const { runOf, admittedAt } = runsIn(facts.memory.chunks);
  const remembered = stage === 'remember';
  const admitted = remembered && runOf(chunk + 1) > runOf(chunk) ? admittedAt(chunk) : Infinity;
  const questions = facts.questions.filter(({ needsChunks }) => remembered && needsChunks === chunk + 1);
  return plan({ ...facts, questions }, strands).filter((delivery) => {
    if (delivery.stage === 'perceive') return runOf(delivery.payload.chunk) >= admitted;
    return delivery.stage === 'answer' || remembered || delivery.payload.chunk === chunk;
  });
}

/** Where the planner reads and writes: the database and the queue. */
export interface DispatchPorts {
  /** Null when the memory is gone. */
  facts(memoryId: string): Promise<MemoryFacts | null>;
  /** Adds the deliveries of which there is none yet with that id. */
  add(deliveries: Delivery[]): Promise<void>;
  /** Begins a delivery in this process, if it can. */
  handOver(delivery: Delivery): boolean;
  /** See plan. */
  strands?: number;
}

/**
 * Reads the facts of a memory, plans, and adds the deliveries that should exist.
 * @param committed what a stage has just committed: what that made due is then begun here, or else added
 */
export async function dispatch(ports: DispatchPorts, memoryId: string, committed?: Committed): Promise<void> {
  const deliveries = committed === undefined ? await planned(ports, memoryId) : left(ports, committed);
  if (deliveries.length > 0) await ports.add(deliveries);
}

/** What a commit made due, without what is begun here. A run waits in the queue for a worker that is free. */
const left = (ports: DispatchPorts, committed: Committed): Delivery[] =>
  dueAfter(committed, ports.strands).filter(
    (delivery) => delivery.stage === 'perceive' || !ports.handOver(delivery),
  );

async function planned(ports: DispatchPorts, memoryId: string): Promise<Delivery[]> {
  const facts = await ports.facts(memoryId);
  return facts === null ? [] : plan(facts, ports.strands);
}
