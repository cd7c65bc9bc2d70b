import { chosenLetter, type ComposedAnswer } from '../answer.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { inUnit } from '../reading/units.js';
import { refusedAnswer } from '../reading/answer.js';
import { refuse } from '../reading/refusals.js';
import type { AskerParts, PoseCertainty } from './asker.js';
import { answerOf } from './finding.js';

/** Metres below which a camera moved in no direction. */
const MOVED_M = 0.05;
const METRES = { unit: 'm' };
/** Ways from where a camera looked, clockwise, a quarter of a turn each. */
const WAYS = ['Forward', 'Right', 'Backward', 'Left'];

/**
 * The answer to a question about the camera's own way, calculated from the poses that a job gave or had
 * estimated. Null where there are none, or the question is another: the answer graph is asked.
 */
export function answerFromPoses(question: CanonicalQuestion, parts: AskerParts): ComposedAnswer | null {
  const { poseAt, poseCertainty = GIVEN, manifest } = parts;
  const { earlier, later } = question.moments;
  if (poseAt === null || earlier === undefined || later === undefined) return null;
  const way = wayBetween(poseAt(earlier), poseAt(later));
  const found = { value: null, unit: null, parts: [], trace: [] };
  switch (question.task) {
    case 'camera_displacement': {
      const { metres: confidence } = poseCertainty;
      if (confidence === null) {
        const { understood } = question;
        return refusedAnswer({ refusal: refuse('unknown_scale', manifest), understood }, parts);
      }
      const metres = way.metres.toFixed(2);
      const { units } = manifest.reading;
      const far = inUnit({ value: Number(metres), text: metres }, question.understood.unit, METRES, units);
      return given({ ...found, ...far, confidence }, question, parts);
    }
    case 'camera_movement_direction': {
      if (way.metres < MOVED_M) return null;
      const text = WAYS[Math.round((2 * way.bearing) / Math.PI + WAYS.length) % WAYS.length] ?? '';
      const isOffered = question.options === null || chosenLetter(text, question.options) !== null;
      const confidence = poseCertainty.direction;
      return isOffered ? given({ ...found, text, confidence }, question, parts) : null;
    }
    default:
      return null;
  }
}

/** What may be wrong of an answer from poses that a job gave is theirs. */
const GIVEN: PoseCertainty = { direction: 1, metres: 1 };

/**
 * What poses say that a job gave is known however strange the pictures look. Estimated ones come of these
 * pictures: on flagged footage such answers are bounded as all others are.
 */
function given(
  finding: Parameters<typeof answerOf>[0],
  question: CanonicalQuestion,
  parts: AskerParts,
): ComposedAnswer {
  const answer = answerOf(finding, question, parts);
  const isGiven = parts.poseCertainty === undefined;
  return answer.supported && isGiven ? { ...answer, confidence: finding.confidence } : answer;
}

/**
 * How far a camera went from one pose to another, and which way over the floor: clockwise from where it
 * looked, in radians, −π to π. Poses are camera-to-world, row-major 4×4: the third column looks ahead, the
 * fourth is the camera's place.
 */
function wayBetween(from: readonly number[], to: readonly number[]): { metres: number; bearing: number } {
  const along = (axis: number) => (to[4 * axis + 3] ?? NaN) - (from[4 * axis + 3] ?? NaN);
  const turn = Math.atan2(along(0), along(2)) - Math.atan2(from[2] ?? NaN, from[10] ?? NaN);
  return {
    metres: Math.hypot(along(0), along(1), along(2)),
    bearing: Math.atan2(Math.sin(turn), Math.cos(turn)),
  };
}
