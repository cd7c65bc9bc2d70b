import {
  answerQuestion,
  composeQuestion,
  glimpsesIn,
  landmarksIn,
  occupancyIn,
  measuredAnswer,
  unseenIn,
  type AskGraph,
  type LandmarkManifest,
  type PutQuestion,
  type World,
} from '@loci/answering';
import { manifestSchema, poseSchema, readingSchema } from '@loci/contracts';
import { GLIMPSE_COLUMNS, LANDMARK_COLUMNS, OCCUPANCY_COLUMNS } from '@loci/contracts';
import { rows } from '@loci/tensors';
import { z } from 'zod';
import type { Reply, Request } from './method.js';
import { firstAxis, floats } from './tensor-arguments.js';

const { tokens, tasks, categories, background, unsupported_tasks, calibration, out_of_domain } =
  manifestSchema.shape;
const putSchema = z.object({
  task: z.string().nullable(),
  question: z.string(),
  options: z.array(z.string()).nullable(),
});
const argumentsSchema = z.object({
  manifest: z.object({
    ...{ tokens, tasks, categories, background, unsupported_tasks, calibration, out_of_domain },
    reading: readingSchema,
  }),
  task: z.string(),
  question: z.string(),
  options: z.array(z.string()).nullable(),
  things: z.array(
    z.object({
      thing: z.string().nullable(),
      /** The words of a moment, which is no thing. */
      text: z.string().optional(),
      role: z.string(),
      source: z.int().nonnegative(),
      /** Where it stands in its option; of the question's own it does not matter. */
      start: z.int().nonnegative().default(0),
    }),
  ),
  seconds: z.number().positive(),
  novelty: z.number(),
  seen: z.array(z.number()).nullable(),
  last_seen_s: z.array(z.number().nullable()).nullable(),
  last_pose: poseSchema.nullable(),
  asked: z.array(z.object({ put: putSchema, text: z.string() })),
  /** Frames a second of the tensor `path`; null where none is given. */
  path_fps: z.number().positive().nullable().default(null),
});

/** A question that the answer graph has not been asked yet. */
class Wanted extends Error {
  constructor(readonly put: PutQuestion) {
    super('the answer graph has not been asked');
  }
}

const keyOf = ({ task, question, options }: PutQuestion): string => JSON.stringify([task, question, options]);

/**
 * The world of the tensors `path` [F, 16], where the camera stood at each frame, not a number where nobody
 * knows, `landmarks` [L, LANDMARK_COLUMNS], `glimpses` [G, GLIMPSE_COLUMNS] and `occupancy` [C,
 * OCCUPANCY_COLUMNS].
 */
function worldOf(
  tensors: Request['tensors'],
  { fps, manifest }: { fps: number; manifest: LandmarkManifest },
): World {
  const path = floats(tensors, 'path', [null, 16]);
  const landmarks = landmarksIn(floats(tensors, 'landmarks', [null, LANDMARK_COLUMNS]), manifest);
  const glimpses = glimpsesIn(floats(tensors, 'glimpses', [null, GLIMPSE_COLUMNS]), { ...manifest, fps });
  const occupancy = occupancyIn(floats(tensors, 'occupancy', [null, OCCUPANCY_COLUMNS]));
  return {
    poseAt: (seconds) => {
      const frame = Math.round(seconds * fps);
      const pose = [...rows(path, 16, frame, frame + 1)];
      return Promise.resolve(pose.length === 16 && pose.every(Number.isFinite) ? pose : null);
    },
    landmarks: () => Promise.resolve(landmarks),
    glimpses: () => Promise.resolve(glimpses),
    occupancy: () => Promise.resolve(occupancy),
  };
}

/**
 * The answer to a question whose reading is given, composed of what the answer graph wrote; or what it is to
 * be asked next.
 */
export async function composed({ arguments: given, tensors }: Request): Promise<Reply> {
  const { manifest, task, question, options, things, seconds, asked, ...memory } =
    argumentsSchema.parse(given);
  const logProbabilities = floats(tensors, 'log_probabilities', [asked.length, null]);
  const width = logProbabilities.length / Math.max(1, firstAxis(tensors, 'log_probabilities'));
  const written = new Map(
    asked.map(({ put, text }, row) => [
      keyOf(put),
      { text, logProbabilities: rows(logProbabilities, width, row, row + 1), evidence: [] },
    ]),
  );
  const clock = {
    ...{ startS: 0, firstStateS: 0, durationS: seconds, lastS: Math.floor(seconds) },
    memoryS: (videoS: number) => videoS,
  };
  const ask: AskGraph = (put) => {
    const known = written.get(keyOf(put));
    return known === undefined ? Promise.reject(new Wanted(put)) : Promise.resolve(known);
  };
  const mentions = things.map(({ text: words, start, ...each }) => {
    const text = words ?? each.thing ?? '';
    return { ...each, text, start, end: start + text.length };
  });
  const read = { task, reason: null, unit: null, mentions };
  const canonical = composeQuestion({ reading: read, question, options, clock, manifest });
  if ('refusal' in canonical) return { result: { refusal: canonical.refusal.reason } };
  try {
    const { novelty, seen, last_seen_s: lastSeenS, last_pose: lastPose, path_fps: pathFps } = memory;
    const world = pathFps === null ? null : worldOf(tensors, { fps: pathFps, manifest });
    const parts = { ask, clock, manifest, novelty, seen, lastSeenS, lastPose, poseAt: null, world };
    const { text, value, choice, confidence, reason } = await answerQuestion(canonical, parts);
    const measured =
      canonical.composed === null &&
      (await measuredAnswer(canonical, parts, await unseenIn(canonical, parts))) !== null;
    return { result: { answer: { text, value, choice, confidence, reason, measured } } };
  } catch (error) {
    if (error instanceof Wanted) return { result: { wanted: error.put } };
    throw error;
  }
}
