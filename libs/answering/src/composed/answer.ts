import type { ComposedAnswer } from '../answer.js';
import { composedConfidence } from '../confidence.js';
import { refusedAnswer } from '../reading/answer.js';
import { COMPOSABLE, type ComposableTask } from '../reading/composable.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { measuredAnswer } from '../measured/answer.js';
import { Asker, Unanswered, type AskerParts } from './asker.js';
import { larger, nearest, nearestToCamera } from './compared.js';
import type { ComposedQuestion, Composition } from './composition.js';
import { existence, inventory, several } from './counted.js';
import { answerOf } from './finding.js';
import { graphPart } from './graph-answer.js';
import { answerUnseen, unseenIn, type Unseen } from './presence.js';
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
  if (composed !== null) return composedAnswer({ ...question, composed }, parts);
  const unseen = await unseenIn(question, parts);
  return (
    answerUnseen(question, unseen, parts) ??
    (await measuredAnswer(question, parts, unseen)) ??
    (await answerAmongSeen(question, unseen, parts)) ??
    (await graphPart(question, parts)).answer
  );
}

/**
 * The answer that is composed of what may be there, where the answer graph would choose from what is not
 * there too; null where it would not.
 */
async function answerAmongSeen(
  question: CanonicalQuestion,
  unseen: Unseen,
  parts: AskerParts,
): Promise<ComposedAnswer | null> {
  const task = COMPOSABLE.find((name) => name === question.task);
  const isAmong = question.candidates.some((category) => unseen.has(category));
  if (task === undefined || !isAmong) return null;
  const { mentions } = question;
  return composedAnswer({ ...question, composed: { task, mentions, isOpen: false } }, parts);
}

async function composedAnswer(question: ComposedQuestion, parts: AskerParts): Promise<ComposedAnswer> {
  const { composed } = question;
  try {
    const asker = new Asker(parts, composed.mentions);
    const finding = await COMPOSITIONS[composed.task](question, asker);
    const confidence = composedConfidence(composed.task, finding.confidence, parts.manifest);
    return answerOf({ ...finding, confidence }, question, parts);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return refusedAnswer({ refusal: error.refusal, understood: question.understood }, parts);
  }
}
