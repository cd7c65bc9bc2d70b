import type { ComposedAnswer } from '@loci/answering';
import type { ClipAccess, Payloads, Problem, Stage } from '@loci/contracts';
import type { StandingEntry, StillStretch, TimelineStep } from '@loci/memory';
import type { MemoryFacts } from '@loci/pipeline';
import type { MemoryRecord, QuestionRecord } from './records.js';

/** The chunk or the question that a delivery is about. */
export type ChunkRef = Payloads['perceive' | 'remember'];
export type QuestionRef = Payloads['answer'];

/**
 * How an attempt begins:
 * - task: the work to do; the start is now counted. `start`, where a job has not been worked for: has such
 *   jobs run from now on. It may go on beside the work.
 * - skip: why there is nothing to do.
 * - poison: MAX_DEATHS workers have died on this work.
 */
export type Begun<T> = BegunTask<T> | { skip: string } | { poison: true };
export interface BegunTask<T> {
  task: T;
  start: (() => Promise<void>) | null;
}

export interface PerceiveTask {
  memory: MemoryRecord;
  chunk: number;
  video: { id: string; sha256: string; bytes: number; track: number; access: ClipAccess | null };
}

export interface RememberTask {
  memory: MemoryRecord;
  chunk: number;
}

/** What stands of the chunks before one: all that remembering it depends on, but for its features. */
export interface MemoryBefore {
  /** What localization left of the chunk before, encoded; null for chunk 0. */
  previous: { localizerState: Uint8Array; overlap: Uint8Array } | null;
  /** The pending frames of earlier chunks, encoded, in chunk order. */
  pendingFrames: Uint8Array[];
  /** What stands in the memory. */
  entries: StandingEntry[];
  /** The still stretches of earlier chunks, in order. */
  still: StillStretch[];
}

/** What was perceived in a chunk's frames as they entered the memory. */
export interface Perceived {
  /** Sum and count of their novelty. */
  noveltySum: number;
  noveltyFrames: number;
  /** By category, how many of their tokens show it, each by its probability. */
  seen: number[];
  /** By category, the last of them that showed it; −1 of none. */
  lastSeen: number[];
}

export interface RememberedChunk extends TimelineStep, Perceived {
  /** What localization hands to the next chunk, encoded. */
  localizerState: Uint8Array;
  overlap: Uint8Array;
  /** The chunk's own pending frames, encoded; null where it has none. */
  pendingFrames: Uint8Array | null;
  /** Whether the pending frames of earlier chunks have entered the memory. */
  releasesPending: boolean;
  /** The still stretches among the chunk's fresh frames. */
  still: StillStretch[];
  seconds: number;
}

/** What a memory was after a chunk. */
export interface PastMemory {
  entries: StandingEntry[];
  /** Mean novelty of the frames remembered up to that chunk; 0 without any. */
  novelty: number;
  /** By category, how many tokens of those frames show it; null where nobody counted. */
  seen: number[] | null;
  /** By category, the last of those frames that showed it, −1 of none; null where nobody looked. */
  lastSeen: number[] | null;
  /** The still stretches up to that chunk, in order. */
  still: StillStretch[];
}

export interface AnswerTask {
  question: QuestionRecord;
  memory: MemoryRecord;
  /** When a player shows the clip's first picture, in seconds. */
  startS: number;
  /** It is answered from the memory after this chunk. */
  chunk: number;
}

/**
 * The transactions of the workers. Each changes the rows, and with them the states and events of the jobs.
 */
export interface Stages {
  beginPerceive(memoryId: string, chunk: number): Promise<Begun<PerceiveTask>>;
  /**
   * Records that a chunk's features are stored. Gives what the planner reads; null when that was known, or
   * the memory is gone.
   */
  commitPerceive(memoryId: string, chunk: number, done: { seconds: number }): Promise<MemoryFacts | null>;
  /** Sets a perceived chunk back to pending, because its features are gone from the object store. */
  forgetFeatures(memoryId: string, chunk: number): Promise<void>;
  beginRemember(memoryId: string, chunk: number): Promise<Begun<RememberTask>>;
  /** Null when `chunk` is not the head's any more. */
  memoryBefore(memoryId: string, chunk: number): Promise<MemoryBefore | null>;
  /** What was given of the camera for a chunk's frames, encoded; null where nothing was. */
  givenCamera(memoryId: string, chunk: number): Promise<Uint8Array | null>;
  /** The same of all chunks, in their order. */
  givenCameras(memoryId: string): Promise<(Uint8Array | null)[]>;
  /**
   * Moves the head from `chunk` to the next by compare-and-set. Gives what the planner reads; null when
   * another worker was first.
   */
  commitRemember(
    memory: Pick<MemoryRecord, 'id' | 'chunks'>,
    chunk: number,
    done: RememberedChunk,
  ): Promise<MemoryFacts | null>;
  beginAnswer(questionId: string): Promise<Begun<AnswerTask>>;
  /** The memory after a chunk, however far it has come since. It never changes. */
  memoryAfter(memoryId: string, chunk: number): Promise<PastMemory>;
  /** False when the question was answered or ended already. */
  commitAnswer(questionId: string, answer: ComposedAnswer, done: { seconds: number }): Promise<boolean>;
  /** False when the question had ended already. */
  failQuestion(questionId: string, problem: Problem): Promise<boolean>;
  /**
   * Takes back the counted start of an attempt that did not end through the work's own fault: its worker
   * drained, or met a passing fault.
   */
  refundAttempt(stage: 'perceive' | 'remember', ref: ChunkRef): Promise<void>;
  refundAttempt(stage: 'answer', ref: QuestionRef): Promise<void>;
  refundAttempt(stage: Stage, ref: ChunkRef | QuestionRef): Promise<void>;
}
