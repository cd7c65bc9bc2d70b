import type { Answer, Question, QuestionStatus, Video } from '@loci/contracts';
import type { ComposedAnswer } from '@loci/answering';
import type { Question as QuestionModel, Video as VideoModel } from './generated/client.js';
import { problemOf } from './json-columns.js';

/** The address of a frame's thumbnail in the API. */
export const thumbnailUrl = (memoryId: string, frame: number): string =>
  `/v1/memories/${memoryId}/frames/${frame}/thumbnail`;

/** What the contract tells of a question's row. */
export type ShownQuestion = Omit<
  QuestionModel,
  'tenant' | 'position' | 'needsChunks' | 'readyAt' | 'answeredAt' | 'answerS'
>;

/** A question as the HTTP contract has it. */
export const questionView = (row: ShownQuestion): Question => ({
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

/** The answer column holds the composed answer; the API adds where its thumbnails are. */
const answerView = (answer: ComposedAnswer, memoryId: string): Answer => ({
  // answers stored before bundles had readers lack these fields
  ...{ understood: null, reason: null, message: null },
  ...answer,
  evidence: answer.evidence.map((item) => ({ ...item, thumbnail_url: thumbnailUrl(memoryId, item.frame) })),
});

/** What the contract tells of a video's row; pg gives a bigint as text. */
export type VideoRow = Omit<VideoModel, 'tenant' | 'access' | 'bytes'> & { bytes: bigint | string };

/** A video as the HTTP contract has it. */
export const videoView = (row: VideoRow): Video => ({
  id: row.id,
  status: row.status as Video['status'],
  sha256: row.sha256,
  bytes: Number(row.bytes),
  track: row.track,
  start_s: row.startS,
  duration_s: row.durationS,
  width: row.width,
  height: row.height,
  fps: row.fps,
  codec: row.codec,
  created_at: row.createdAt.toISOString(),
});
