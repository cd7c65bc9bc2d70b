import { LociError, type ProblemName } from '@loci/contracts';

/** What a probe may find wrong with a file that somebody sent. */
export type ProbeProblem = Extract<
  ProblemName,
  'not-a-video' | 'no-video-track' | 'no-frames' | 'video-too-long' | 'video-too-many-pixels'
>;

/** The file was looked at and refused. Looking again would end the same. */
export class ProbeError extends LociError {
  override readonly name = 'ProbeError';
  constructor(
    readonly reason: ProbeProblem,
    detail: string,
  ) {
    super(reason, detail);
  }
}

/** The pictures asked for could not be had from the video. Decoding again would end the same. */
export class DecodeError extends LociError {
  override readonly name = 'DecodeError';
  constructor(detail: string, options?: ErrorOptions) {
    super('decode-failed', detail, options);
  }
}

/** The source could not be reached at all (no file, no connection, a refused request): a passing fault, worth another try. */
export class SourceUnreachableError extends Error {
  override readonly name = 'SourceUnreachableError';
}

/** There is no ffmpeg for this platform, or it does not start. */
export class FfmpegMissingError extends Error {
  override readonly name = 'FfmpegMissingError';
}
