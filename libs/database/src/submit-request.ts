import type { Ask, ClockScale, SampledPictures, SubmitJob } from '@loci/contracts';

export interface IdempotencyClaim {
  key: string;
  /** Hash of the request's body: the same key with another body is refused. */
  requestHash: string;
}

export interface SubmitRequest {
  tenant: string;
  video: { id: string };
  /** name@version */
  model: string;
  samplingFps: number;
  /** All, unless it is said. */
  samplingPictures?: SampledPictures;
  /** Sampled frames of the clip. */
  frames: number;
  /** Chunks of the clip. */
  chunks: number;
  /** How the clock of its memory runs, where it is made now. */
  clock: ClockScale;
  /** What the job gives of the camera, for the frames of each chunk: another camera, another memory. */
  camera?: { sha256: string; chunks: readonly Uint8Array<ArrayBuffer>[] } | null | undefined;
  questions: { ask: Ask; needsChunks: number }[];
  metadata?: SubmitJob['metadata'] | null | undefined;
  idempotency?: IdempotencyClaim | undefined;
}
