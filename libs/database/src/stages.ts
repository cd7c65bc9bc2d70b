import type { Problem, Stage } from '@loci/contracts';
import type { ComposedAnswer, Sim3, StandingEntry, TimelineStep } from '@loci/memory';
import { answerStage } from './answer-stage.js';
import type { Connection } from './client.js';
import { perceiveStage } from './perceive-stage.js';
import { rememberStage } from './remember-stage.js';
import type { ChunkRef, MemoryRecord, QuestionRef, QuestionRecord } from './rows.js';

/**
 * What beginning a piece of work gives: the task, whose start is now counted; why there is nothing to do; or that workers
 * died on it MAX_STARTS times.
 */
export type Begun<T> = { task: T } | { skip: string } | { poison: true };

export interface PerceiveTask {
  memory: MemoryRecord;
  chunk: number;
  video: { id: string; sha256: string; durationS: number; width: number; height: number };
}

export interface RememberTask {
  memory: MemoryRecord;
  chunk: number;
  /** How the chunk before was laid into the world, and the tails that stand (see encodeTail): its own, and before it those in which frames wait. Null for chunk 0. */
  previous: { toWorld: Sim3; tails: Uint8Array[] } | null;
  /** What stands in the memory. */
  entries: StandingEntry[];
}

export interface RememberedChunk extends TimelineStep {
  toWorld: Sim3;
  tail: Uint8Array;
  /** Whether the tails before have to stay, for frames wait in them. */
  waits: boolean;
  /** Sum and count of the novelty of the frames that were remembered. */
  noveltySum: number;
  noveltyFrames: number;
  seconds: number;
}

export interface AnswerTask {
  question: QuestionRecord;
  memory: MemoryRecord;
  /** The chunk after which the memory stood as `entries` have it. */
  chunk: number;
  entries: StandingEntry[];
  /** Mean novelty of the frames remembered up to that chunk; 0 when there are none. */
  novelty: number;
}

/** What workers do, each one transaction that moves the rows and with them the jobs' states and events. */
export interface Stages {
  beginPerceive(memoryId: string, chunk: number): Promise<Begun<PerceiveTask>>;
  /** The chunk's features are in the object store. False when that was known, or nobody keeps the memory any more. */
  commitPerceive(memoryId: string, chunk: number, done: { seconds: number }): Promise<boolean>;
  /** The features of a perceived chunk are gone from the object store: it has to be perceived again. */
  forgetFeatures(memoryId: string, chunk: number): Promise<void>;
  beginRemember(memoryId: string, chunk: number): Promise<Begun<RememberTask>>;
  /** Moves the head from `chunk` to the next, if it still stands there: 'lost' when another worker was first. */
  commitRemember(memoryId: string, chunk: number, done: RememberedChunk): Promise<'committed' | 'lost'>;
  /** `stateChunk` says which past state answers the question: libs/pipeline's stateChunkFor with the bundle's sizes. */
  beginAnswer(
    questionId: string,
    stateChunk: (memory: MemoryRecord, asOfS: number | null) => number,
  ): Promise<Begun<AnswerTask>>;
  /** False when the question was answered or ended already. */
  commitAnswer(questionId: string, answer: ComposedAnswer, done: { seconds: number }): Promise<boolean>;
  /** False when the question had ended already. */
  failQuestion(questionId: string, problem: Problem): Promise<boolean>;
  /** The work was not done and its worker lives (it drains, or a passing fault): the start does not count. */
  refundAttempt(stage: 'perceive' | 'remember', ref: ChunkRef): Promise<void>;
  refundAttempt(stage: 'answer', ref: QuestionRef): Promise<void>;
  refundAttempt(stage: Stage, ref: ChunkRef | QuestionRef): Promise<void>;
}

export function stagesOf(connection: Connection): Stages {
  return {
    ...perceiveStage(connection),
    ...rememberStage(connection),
    ...answerStage(connection),
    refundAttempt: (stage, ref) => refundAttempt(connection, stage, ref),
  };
}

async function refundAttempt({ prisma }: Connection, stage: Stage, ref: ChunkRef | QuestionRef): Promise<void> {
  if ('question_id' in ref) {
    await prisma.question.updateMany({
      where: { id: ref.question_id, starts: { gt: 0 } },
      data: { starts: { decrement: 1 } },
    });
    return;
  }
  const starts = stage === 'perceive' ? 'perceiveStarts' : 'rememberStarts';
  await prisma.chunk.updateMany({
    where: { memoryId: ref.memory_id, index: ref.chunk, [starts]: { gt: 0 } },
    data: { [starts]: { decrement: 1 } },
  });
}
