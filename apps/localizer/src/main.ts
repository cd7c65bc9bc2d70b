/**
 * The runtime's own localization, keyframes, confidence and composed answers for programs in other languages:
 * a long-lived process that answers requests on stdin with replies on stdout, one each, in the same order.
 * Training calls it and keeps no copy.
 *
 * A message, both ways, is 8 bytes (little-endian, unsigned: the length of the rest) and one safetensors
 * blob. Arrays are row-major F32, I32, U8 or BOOL. A request's `__metadata__` holds `method` and `arguments`,
 * the JSON text of an object. A reply's holds `result`, the JSON text of an object, or `error`, one sentence;
 * after an error everything stands as before the request. The process ends with stdin.
 *
 * `localize`: the next chunk of a session. The first one begins it; sessions do not know each other.
 *   arguments: session, first_frame (its first frame's index in the video), held (real frames; the rest of T
 *     is padding), last, fps, tokens (N), overlap, metric_scale, object_categories ([]: shared frames alone
 *     place it)
 *   tensors: points [T, N, 3], centers [T, N, 3], confidence [T, N], camera_to_chunk [T, 4, 4], category [T,
 *     N] (I32), step_doubt [T] (may be left out: no shot boundaries)
 *   result: lost (nobody knows where the camera is), chunk (its index in the session), shot_boundaries
 *     (frames of the chunk before which the picture jumps)
 *   tensors of its held frames: camera_to_world, points, centers (in the world; pending ones where they are
 *     placed for now), localized (fresh, and their place is known), keyframe (of these the ones that show
 *     something new), pending (fresh and lost: a later chunk, at the latest the last one, releases them)
 *   tensors of the R frames of earlier chunks that it releases, which come before its own: released_frame
 *     (index in the video), released_chunk, released_camera_to_world, released_points, released_centers,
 *     released_keyframe
 * `drop`: forgets a session. arguments: session; result: dropped (false: there was none).
 * `keyframes`: of one whole tour. tensors: poses [F, 4, 4], times [F] (s); reply: keyframe [F].
 * `confidence`: of n answers. arguments: texts, manifest (tokens, tasks, categories, calibration); tensors:
 *   log_probabilities [n, A], one row a text, padded. result: answers, each {task, answer, trace, confidence}
 *   (see ConfidenceTerms in libs/answering), null where there is no answer to be sure of.
 * `composed`: the answer to a question that was read. arguments: manifest (with reading), task (a label of
 *   the reader), question, options, things (thing, role, source: 0 or the option from 1), seconds, novelty,
 *   seen, last_pose, asked (what the answer graph wrote so far: put, text); tensors: log_probabilities [n, A]
 *   of these. result: answer, or refusal (a reason), or wanted: what the answer graph is to be asked next.
 */
import { readMessages, writeMessage } from './messages.js';
import { replyTo } from './requests.js';
import { Sessions } from './sessions.js';

const sessions = new Sessions();
for await (const message of readMessages(process.stdin))
  await writeMessage(process.stdout, await replyTo(message, sessions));
