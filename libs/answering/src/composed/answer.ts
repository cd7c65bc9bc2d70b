import type { ComposedAnswer } from '../answer.js';
import { composedConfidence } from '../confidence.js';
import { refusedAnswer } from '../reading/answer.js';
import type { ComposableTask } from '../reading/composable.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { measuredAnswer } from '../measured/answer.js';
import { Asker, Unanswered, type AskerParts } from './asker.js';
import { larger, nearest, nearestToCamera } from './compared.js';
import type { Composition } from './composition.js';
import { existence, inventory, several } from './counted.js';
import { answerOf } from './finding.js';
import { graphPart } from './graph-answer.js';
import { answerUnseen } from './presence.js';
import { firstSeen, lastSeen, order } from './seen-when.js';
import { location } from './seen-where.js';
import { answerFromPoses } from './way.js';
import { seenAnswer } from '../things/answer.js';

/** How each task is composed of others. */
const COMPOSITIONS: Record<ComposableTask, Composition> = {
  object_existence: existence,
  object_location: location,
  object_first_seen: firstSeen,
  object_last_seen: lastSeen,
  inventory,
  object_size_comparison: larger,
  object_counting_several: several,
  object_rel_distance: nearest,
  obj_appearance_order: order,
  camera_obj_rel_dist: nearestToCamera,
};

/**
 * The answer to a question that was read: the answer graph's own, one that is composed of its answers, or one
 * that is calculated from given poses or measured in the world.
 */
export async function answerQuestion(
  question: CanonicalQuestion,
  parts: AskerParts,
): Promise<ComposedAnswer> {
  const { composed } = question;
  const seen = answerFromPoses(question, parts) ?? (await seenAnswer(question, parts));
  if (seen !== null) return seen;
  if (composed === null)
    return (
      (await answerUnseen(question, parts)) ??
      (await measuredAnswer(question, parts)) ??
      (await graphPart(question, parts)).answer
    );
  try {
    const asker = new Asker(parts, composed.mentions);
    const finding = await COMPOSITIONS[composed.task]({ ...question, composed }, asker);
    const confidence = composedConfidence(composed.task, finding.confidence, parts.manifest);
    return answerOf({ ...finding, confidence }, question, parts);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return refusedAnswer({ refusal: error.refusal, understood: question.understood }, parts);
  }
}
