import { z } from 'zod';

/**
 * Every problem that Loci reports, by its stable name. The document's `type` (RFC 9457) ends in the name.
 * Names are never reused or renamed.
 */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'A valid API key is needed' },
  forbidden: { status: 403, title: 'The API key does not open this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  'offset-mismatch': { status: 409, title: 'The upload goes on from another offset' },
  'job-ended': { status: 409, title: 'The job has already ended' },
  'not-ready': { status: 409, title: 'The thing asked for is not ready' },
  'tus-version': { status: 412, title: 'This version of the upload protocol is not spoken here' },
  'video-too-large': { status: 413, title: 'The video has too many bytes' },
  'request-too-large': { status: 413, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, title: 'This media type is not supported' },
  'range-not-satisfiable': { status: 416, title: 'The object does not have these bytes' },
  'not-a-video': { status: 422, title: 'The file is not a video that can be read' },
  'no-video-track': { status: 422, title: 'The file has no video track' },
  'no-frames': { status: 422, title: 'The video has no frames' },
  'video-too-long': { status: 422, title: 'The video is too long' },
  'video-too-many-pixels': { status: 422, title: 'The video frames have too many pixels' },
  'video-rejected': { status: 422, title: 'The video was rejected' },
  'idempotency-mismatch': { status: 422, title: 'This Idempotency-Key was used with another body' },
  'unknown-model': { status: 422, title: 'There is no such model' },
  'sampling-out-of-range': { status: 422, title: 'The model does not support this sampling rate' },
  'no-key-pictures': { status: 422, title: 'The video has no key pictures that are whole' },
  'camera-unusable': { status: 422, title: 'What is given of the camera cannot be used' },
  'metadata-too-large': { status: 422, title: 'The metadata has too many bytes' },
  'question-too-long': { status: 422, title: 'The question has more tokens than the model reads' },
  'as-of-out-of-range': { status: 422, title: 'The moment lies outside of the video' },
  'clip-lost': { status: 500, title: 'The stored clip is missing or damaged' },
  'decode-failed': { status: 500, title: 'The video could not be decoded' },
  'poison-chunk': { status: 500, title: 'Workers died repeatedly on the same piece of work' },
  'inference-failed': { status: 500, title: 'The model could not be run' },
  'bundle-invalid': { status: 500, title: 'The model bundle is not valid' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  busy: { status: 503, title: 'Too much is asked at once' },
  unavailable: { status: 503, title: 'A service that this depends on is not available' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemName = keyof typeof PROBLEMS;

export const PROBLEM_TYPE_BASE = 'https://loci.dev/problems/';

/** RFC 9457 problem document. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: `${PROBLEM_TYPE_BASE} followed by the problem's stable name` }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** The document of a named problem. `instance` is the path or the id of the thing that has it. */
export function problem(
  name: ProblemName,
  detail?: string,
  extra: Partial<Pick<Problem, 'instance' | 'errors'>> = {},
): Problem {
  const { status, title } = PROBLEMS[name];
  return {
    type: PROBLEM_TYPE_BASE + name,
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...extra,
  };
}
