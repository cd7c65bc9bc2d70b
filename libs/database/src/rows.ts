import {
  LociError,
  problemSchema,
  type Answer,
  type MemoryStatus,
  type Problem,
  type Question,
  type QuestionStatus,
  type Video,
} from '@loci/contracts';
import type { ComposedAnswer } from '@loci/answering';
import { Prisma } from './generated/client.js';
import type {
  Memory as MemoryModel,
  Question as QuestionModel,
  Video as VideoModel,
} from './generated/client.js';

/** Read without the state of localization: tens of kilobytes that the remember stage alone needs. */
export const WITHOUT_STATE = { localizerState: true } as const;
export type MemoryFacts = Omit<MemoryModel, keyof typeof WITHOUT_STATE>;

/** A memory as the stages see it. */
export interface MemoryRow {
  id: string;
  tenant: string;
  videoId: string;
  /** name@version of the bundle */
  model: string;
  samplingFps: number;
  status: MemoryStatus;
  /** Sampled frames of the clip. */
  frames: number;
  chunks: number;
  /** Chunks remembered. */
  head: number;
}

/** A question as the answer stage sees it. */
export interface QuestionRow {
  id: string;
  memoryId: string;
  jobId: string | null;
  question: string;
  options: string[] | null;
  asOfS: number | null;
  needsChunks: number;
}

export interface ChunkRef {
  memory_id: string;
  chunk: number;
}
export interface QuestionRef {
  question_id: string;
}

/** What a JSON column takes: SQL NULL for null. */
export const json = (value: object | null | undefined): Prisma.InputJsonValue | typeof Prisma.DbNull =>
  value === null || value === undefined ? Prisma.DbNull : value;

/** Postgres keeps no NUL in text: throws LociError invalid-request where a caller sent one. */
export function refuseNul(value: object | null, what: string): void {
  if (JSON.stringify(value).includes(String.raw`\u0000`))
    throw new LociError('invalid-request', `${what} cannot hold the character NUL`);
}

/** The problem in a JSON column. */
export const problemOf = (value: Prisma.JsonValue): Problem | null =>
  value === null ? null : problemSchema.parse(value);

export const memoryRow = (row: MemoryFacts): MemoryRow => ({
  id: row.id,
  tenant: row.tenant,
  videoId: row.videoId,
  model: row.model,
  samplingFps: row.samplingFps,
  status: row.status as MemoryStatus,
  frames: row.frames,
  chunks: row.chunks,
  head: row.head,
});

export const questionRow = (row: QuestionModel): QuestionRow => ({
  id: row.id,
  memoryId: row.memoryId,
  jobId: row.jobId,
  question: row.question,
  options: row.options as string[] | null,
  asOfS: row.asOfS,
  needsChunks: row.needsChunks,
});

export const thumbnailUrl = (memoryId: string, frame: number): string =>
  `/v1/memories/${memoryId}/frames/${frame}/thumbnail`;

export const questionView = (row: QuestionModel): Question => ({
  id: row.id,
  status: row.status as QuestionStatus,
  question: row.question,
  options: row.options as string[] | null,
  as_of_s: row.asOfS,
  memory_id: row.memoryId,
  job_id: row.jobId,
  answer: row.answer === null ? null : answerView(row.answer as ComposedAnswer, row.memoryId),
  error: problemOf(row.error),
  created_at: row.createdAt.toISOString(),
  latency_s: row.latencyS,
});

/** The answer column holds what the answer stage composed; where its thumbnails are is up to the API. */
const answerView = (answer: ComposedAnswer, memoryId: string): Answer => ({
  ...answer,
  evidence: answer.evidence.map((item) => ({ ...item, thumbnail_url: thumbnailUrl(memoryId, item.frame) })),
});

export const videoView = (row: VideoModel): Video => ({
  id: row.id,
  status: row.status as Video['status'],
  sha256: row.sha256,
  bytes: Number(row.bytes),
  duration_s: row.durationS,
  width: row.width,
  height: row.height,
  fps: row.fps,
  codec: row.codec,
  created_at: row.createdAt.toISOString(),
});
