import { LociError, type ProblemName } from '@loci/contracts';

/** The faults that a probe finds in an uploaded file. */
export type ProbeProblem = Extract<
  ProblemName,
  'not-a-video' | 'no-video-track' | 'no-frames' | 'video-too-long' | 'video-too-many-pixels'
>;

/** The file is refused. Another probe would end the same. */
export class ProbeError extends LociError {
  override readonly name = 'ProbeError';
  constructor(
    readonly reason: ProbeProblem,
    detail: string,
  ) {
    super(reason, detail);
  }
}

/** The clip cannot be decoded. Another try would end the same. */
export class DecodeError extends LociError {
  override readonly name = 'DecodeError';
  constructor(detail: string, options?: ErrorOptions) {
    super('decode-failed', detail, options);
  }
}

/**
 * The source cannot be read to its end: no file, no connection, a refused request, a transfer that broke off.
 * Another try may help.
 */
export class SourceUnreachableError extends Error {
  override readonly name = 'SourceUnreachableError';
}

/** Decoding takes too long. Another try may find the machine less busy, or the source quicker. */
export class DecodeTimeoutError extends Error {
  override readonly name = 'DecodeTimeoutError';
}

/** There is no ffmpeg for this platform, or it does not start. */
export class FfmpegMissingError extends Error {
  override readonly name = 'FfmpegMissingError';
}

/** The temporary folder cannot hold what is made of the clip. Another try may find room. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  /** As of Node's own errors. */
  readonly code = 'ENOSPC';
}

/** Somebody else ended the ffmpeg process, such as a system that lacks memory. Another try may help. */
export class FfmpegKilledError extends Error {
  override readonly name = 'FfmpegKilledError';
}
