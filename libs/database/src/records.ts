import {
  clockScaleSchema,
  sampledPicturesSchema,
  type ClockScale,
  type MemoryStatus,
  type SampledPictures,
} from '@loci/contracts';
import type { Memory as MemoryModel } from './generated/client.js';

/** Read without the state of localization: tens of kilobytes that the remember stage alone needs. */
export const WITHOUT_STATE = { localizerState: true } as const;
export type MemoryWithoutState = Omit<MemoryModel, keyof typeof WITHOUT_STATE>;

/** A memory as the stages see it. */
export interface MemoryRecord {
  id: string;
  tenant: string;
  videoId: string;
  /** name@version of the bundle */
  model: string;
  samplingFps: number;
  samplingPictures: SampledPictures;
  /** Of what was given of the camera; empty: nothing. */
  cameraSha256: string;
  status: MemoryStatus;
  /** Sampled frames of the clip. */
  frames: number;
  /** Chunks of the clip. */
  chunks: number;
  /** Chunks remembered. */
  head: number;
  /** How its clock runs; null of a memory from before memories had clocks. */
  clock: ClockScale | null;
}

/** A question as the answer stage sees it. */
export interface QuestionRecord {
  id: string;
  memoryId: string;
  jobId: string | null;
  question: string;
  options: string[] | null;
  /** Seconds of the video; null: the whole clip. */
  asOfS: number | null;
  /** Chunks that must be remembered before it can be answered; it is answered from the state after them. */
  needsChunks: number;
}

export const memoryRecord = (row: MemoryWithoutState): MemoryRecord => ({
  id: row.id,
  tenant: row.tenant,
  videoId: row.videoId,
  model: row.model,
  samplingFps: row.samplingFps,
  samplingPictures: sampledPicturesSchema.parse(row.samplingPictures),
  cameraSha256: row.cameraSha256,
  status: row.status as MemoryStatus,
  frames: row.frames,
  chunks: row.chunks,
  head: row.head,
  clock: clockScaleSchema.nullable().parse(row.clock),
});
