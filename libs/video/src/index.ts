export { ffmpegPath, setFfmpegPath } from './binary.js';
export { checkFfmpeg } from './check-ffmpeg.js';
export { decodeFrames, type DecodeOptions } from './decode.js';
export {
  DecodeError,
  DecodeTimeoutError,
  DiskFullError,
  FfmpegKilledError,
  FfmpegMissingError,
  ProbeError,
  SourceUnreachableError,
  type ProbeProblem,
} from './errors.js';
export { sharedBytes } from './frames.js';
export { prepareVideo, type PreparedVideo, type Upload } from './prepare.js';
export { probeVideo } from './probe.js';
export type { ProbeLimits } from './probe-run.js';
