import type { ComposedAnswer } from '@loci/answering';
import type { Problem, Stage } from '@loci/contracts';
import type { StandingEntry, TimelineStep } from '@loci/memory';
import { answerStage } from './answer-stage.js';
import type { Connection } from './client.js';
import { perceiveStage } from './perceive-stage.js';
import { rememberStage } from './remember-stage.js';
import type { ChunkRef, MemoryRow, QuestionRef, QuestionRow } from './rows.js';

/**
 * What beginning a piece of work gives: the task, whose start is now counted; why there is nothing to do; or
 * that workers died on it MAX_STARTS times.
 */
export type Begun<T> = { task: T } | { skip: string } | { poison: true };

export interface PerceiveTask {
  memory: MemoryRow;
  chunk: number;
  video: { id: string; sha256: string; durationS: number; width: number; height: number };
}

export interface RememberTask {
  memory: MemoryRow;
  chunk: number;
  /** What localization left of the chunk before, encoded; null for chunk 0. */
  previous: { localizerState: Uint8Array; overlap: Uint8Array } | null;
  /** The pending frames of earlier chunks, encoded, in chunk order. */
  pendingFrames: Uint8Array[];
  /** What stands in the memory. */
  entries: StandingEntry[];
}

export interface RememberedChunk extends TimelineStep {
  /** What localization hands to the next chunk, encoded. */
  localizerState: Uint8Array;
  overlap: Uint8Array;
  /** The chunk's own pending frames, encoded; null where it has none. */
  pendingFrames: Uint8Array | null;
  /** Whether the pending frames of earlier chunks have entered the memory. */
  releasesPending: boolean;
  /** Sum and count of the novelty of the frames that were remembered. */
  noveltySum: number;
  noveltyFrames: number;
  seconds: number;
}

export interface AnswerTask {
  question: QuestionRow;
  memory: MemoryRow;
  /** The chunk after which the memory stood as `entries` have it. */
  chunk: number;
  entries: StandingEntry[];
  /** Mean novelty of the frames remembered up to that chunk; 0 when there are none. */
  novelty: number;
}

/** What workers do, each one transaction that moves the rows and with them the jobs' states and events. */
export interface Stages {
  beginPerceive(memoryId: string, chunk: number): Promise<Begun<PerceiveTask>>;
  /**
   * The chunk's features are in the object store. False when that was known, or nobody keeps the memory any
   * more.
   */
  commitPerceive(memoryId: string, chunk: number, done: { seconds: number }): Promise<boolean>;
  /** The features of a perceived chunk are gone from the object store: it has to be perceived again. */
  forgetFeatures(memoryId: string, chunk: number): Promise<void>;
  beginRemember(memoryId: string, chunk: number): Promise<Begun<RememberTask>>;
  /**
   * Moves the head from `chunk` to the next, if it still stands there: 'lost' when another worker was first.
   */
  commitRemember(memoryId: string, chunk: number, done: RememberedChunk): Promise<'committed' | 'lost'>;
  /**
   * `stateChunk` says which past state answers the question: libs/pipeline's stateChunkFor with the bundle's
   * sizes.
   */
  beginAnswer(
    questionId: string,
    stateChunk: (memory: MemoryRow, asOfS: number | null) => number,
  ): Promise<Begun<AnswerTask>>;
  /** False when the question was answered or ended already. */
  commitAnswer(questionId: string, answer: ComposedAnswer, done: { seconds: number }): Promise<boolean>;
  /** False when the question had ended already. */
  failQuestion(questionId: string, problem: Problem): Promise<boolean>;
  /** The work was not done and its worker lives (it drains, or a passing fault): the start does not count. */
  handBack(stage: 'perceive' | 'remember', ref: ChunkRef): Promise<void>;
  handBack(stage: 'answer', ref: QuestionRef): Promise<void>;
  handBack(stage: Stage, ref: ChunkRef | QuestionRef): Promise<void>;
}

export function stagesOf(connection: Connection): Stages {
  return {
    ...perceiveStage(connection),
    ...rememberStage(connection),
    ...answerStage(connection),
    handBack: (stage, ref) => handBack(connection, stage, ref),
  };
}

async function handBack({ prisma }: Connection, stage: Stage, ref: ChunkRef | QuestionRef): Promise<void> {
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
