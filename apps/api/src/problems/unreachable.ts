import { saysUnreachable } from '@loci/database';
import { FfmpegKilledError, SourceUnreachableError } from '@loci/video';

/** Codes with which sockets report that a server cannot be reached, and a disk that it takes nothing more. */
const PASSING_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE'],
  ...['ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOSPC', 'EDQUOT', 'EROFS'],
]);

/** The error and its causes, outermost first. An error of many addresses has one cause for each. */
function* causes(error: unknown, depth = 0): Generator {
  if (error === undefined || error === null || depth > 8) return;
  yield error;
  if (error instanceof AggregateError) for (const each of error.errors) yield* causes(each, depth + 1);
  if (error instanceof Error) yield* causes(error.cause, depth + 1);
}

/** Whether something was thrown because a dependency cannot be used for the moment. */
export function isUnreachable(error: unknown): boolean {
  for (const cause of causes(error)) {
    if (saysUnreachable(cause)) return true;
    // a probe read from the store, or the system lacked memory
    if (cause instanceof SourceUnreachableError || cause instanceof FfmpegKilledError) return true;
    if (cause instanceof Error && 'code' in cause && PASSING_CODES.has(String(cause.code))) return true;
    // of a server that stands still, the AWS SDK says only this
    if (cause instanceof Error && cause.name === 'TimeoutError') return true;
    // it marks what the server, not the request, is to blame for
    if (cause instanceof Error && '$fault' in cause && cause.$fault === 'server') return true;
    // and keeps the answer where it could not read it to its end
    if (cause instanceof Error && '$response' in cause && !('$fault' in cause)) return true;
  }
  return false;
}
