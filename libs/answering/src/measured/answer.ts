import type { ComposedAnswer } from '../answer.js';
import type { AskerParts } from '../composed/asker.js';
import { answerOf, type Finding } from '../composed/finding.js';
import { graphPart } from '../composed/graph-answer.js';
import type { Unseen } from '../composed/presence.js';
import { measuredConfidence } from '../confidence.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { inUnit } from '../reading/units.js';
import { displacement, movement } from './camera.js';
import { apart, change, fromCamera, leftOrRight, nearest, nearOrFar } from './distances.js';
import type { Measure, Measurement } from './measure.js';
import { order } from './order.js';
import { floorArea } from './room.js';
import { count, direction, nearestThing, route } from './things.js';

/** How the answers of some tasks are measured. */
const MEASURES = new Map<string, Measure>([
  ['object_counting', count],
  ['object_abs_distance', apart],
  ['object_rel_distance', nearestThing],
  ['object_rel_direction', direction],
  ['route_planning', route],
  ['room_size_estimation', floorArea],
  ['obj_appearance_order', order],
  ['camera_displacement', displacement],
  ['camera_movement_direction', movement],
  ['camera_obj_abs_dist', fromCamera],
  ['camera_obj_dist_change', change],
  ['camera_obj_rel_dist', nearest],
  ['obj_obj_relative_pos_nf', nearOrFar],
  ['obj_obj_relative_pos_lr', leftOrRight],
]);

/**
 * The answer to a question as it is measured in the world that localization knows. Null where the bundle does
 * not say that such answers are better than its answer graph's, and where the world is not known.
 * @param unseen what it asks about and the video did not show
 */
export async function measuredAnswer(
  question: CanonicalQuestion,
  parts: AskerParts,
  unseen: Unseen,
): Promise<ComposedAnswer | null> {
  const { manifest, world } = parts;
  const { measured = {} } = manifest.calibration;
  const weights = Object.hasOwn(measured, question.task) ? measured[question.task] : undefined;
  const measure = MEASURES.get(question.task);
  if (weights === undefined || measure === undefined || world === null) return null;
  // what the answer graph attends to is the evidence of the measured answer too
  const { putOtherWayRound } = question;
  const [part, ...others] = await Promise.all([
    graphPart(question, parts),
    ...(putOtherWayRound === null ? [] : [graphPart({ ...question, put: putOtherWayRound }, parts)]),
  ]);
  const toldOtherwise = others.map(({ answer }) => answer);
  const measurement = await measure({ question, world, told: part.answer, toldOtherwise, unseen });
  if (measurement === null) return null;
  const confidence = measuredConfidence(measurement.margin, weights);
  return answerOf({ ...findingOf(measurement, question, parts), parts: [part], confidence }, question, parts);
}

/** A measurement in the form of an answer. */
export function findingOf(
  measurement: Measurement,
  { task, options, understood }: CanonicalQuestion,
  { manifest }: AskerParts,
): Omit<Finding, 'confidence' | 'parts'> {
  const found = { trace: measurement.trace };
  if ('option' in measurement) {
    const { option } = measurement;
    return { ...found, value: null, unit: null, text: options?.[option] ?? '', option };
  }
  if ('text' in measurement) return { ...found, value: null, unit: null, text: measurement.text };
  const { value } = measurement;
  const definition = { unit: manifest.tasks[task]?.unit ?? null };
  const text = definition.unit === null ? String(value) : withDigits(value);
  const own = { value: Number(text), text };
  return { ...found, ...inUnit(own, understood.unit, definition, manifest.reading.units) };
}

/** A number with three digits, as the model's own numbers have. */
const withDigits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
