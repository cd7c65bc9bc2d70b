import type { ComposedAnswer } from '../answer.js';
import type { AskerParts } from '../composed/asker.js';
import { answerOf } from '../composed/finding.js';
import { findingOf } from '../measured/answer.js';
import { displacement, movement } from '../measured/camera.js';
import type { Measure } from '../measured/measure.js';
import { order } from '../measured/order.js';
import { floorArea } from '../measured/room.js';
import { count, direction, route } from '../measured/things.js';
import { refusedAnswer } from '../reading/answer.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { listed, refuse } from '../reading/refusals.js';
import {
  apart,
  change,
  existence,
  firstSeen,
  fromCamera,
  nearest,
  nearestToCamera,
  size,
  type SeenMeasure,
} from './measures.js';
import { called } from './names.js';
import { asWorld, certaintyOf } from './seen-world.js';

const ofWorld =
  (measure: Measure): SeenMeasure =>
  (question, seen) =>
    measure({ question, world: asWorld(seen, namesIn(question)), ...NOTHING_TOLD });

const MEASURES = new Map<string, SeenMeasure>([
  ['object_counting', ofWorld(count)],
  ['object_rel_direction', ofWorld(direction)],
  ['route_planning', ofWorld(route)],
  ['obj_appearance_order', ofWorld(order)],
  ['room_size_estimation', ofWorld(floorArea)],
  ['camera_displacement', ofWorld(displacement)],
  ['camera_movement_direction', ofWorld(movement)],
  ['object_abs_distance', apart],
  ['object_rel_distance', nearest],
  ['object_size_estimation', size],
  ['object_existence', existence],
  ['object_first_seen', firstSeen],
  ['camera_obj_abs_dist', fromCamera],
  ['camera_obj_dist_change', change],
  ['camera_obj_rel_dist', nearestToCamera],
]);

/** Tasks that ask whether or how many: none is an answer. */
const MAY_LACK: readonly string[] = ['object_counting', 'object_existence'];
/** The task that is of the place, and of no thing in it. */
const OF_PLACE = 'room_size_estimation';
/** Tasks whose answer is a length, or an area. */
const IN_METRES: readonly string[] = [
  ...['object_abs_distance', 'object_size_estimation', 'camera_obj_abs_dist', 'camera_obj_dist_change'],
  OF_PLACE,
];
/** How sure the size of a place is: set, not fitted. */
const AREA_CERTAINTY = 0.5;

/** A thing is there for who asks how many there are, from this certainty on. */
const NONE_BELOW = 0.25;

/**
 * The answer to a question about things as eyes saw them, where these are believed rather than the model.
 * Null where they are not, and of questions about nothing that can be seen.
 */
export async function seenAnswer(
  question: CanonicalQuestion,
  parts: AskerParts,
): Promise<ComposedAnswer | null> {
  const { seenWorld: seen, manifest } = parts;
  if (seen == null) return null;
  const names = namesIn(question);
  const { understood, task } = question;
  const refused = (...of: [Parameters<typeof refuse>[0], string?]) =>
    refusedAnswer({ refusal: refuse(of[0], manifest, of[1]), understood }, parts);
  const measure = MEASURES.get(task);
  if (names.length === 0 && task !== OF_PLACE) return null;
  if (measure === undefined) return refused('not_answered_yet');
  if (IN_METRES.includes(task) && !seen.hasMetres) return refused('unknown_scale');
  const certainties = names.map((name) => Math.max(0, ...called(name, seen.things).map(certaintyOf)));
  const least = Math.min(...certainties, task === OF_PLACE ? AREA_CERTAINTY : 1);
  if (MAY_LACK.includes(task) && least < NONE_BELOW) {
    const none = task === 'object_counting' ? { value: 0, text: '0' } : { value: null, text: 'no' };
    return answerOf({ ...none, unit: null, parts: [], trace: [], confidence: 1 - least }, question, parts);
  }
  const missing = names.filter((name) => called(name, seen.things).length === 0);
  if (missing.length > 0 && names.length - missing.length < 2)
    return refused('not_seen', listed(missing, ' or '));
  const measurement = await measure(question, seen);
  if (measurement === null) return refused('unclear');
  const finding = findingOf(measurement, question, parts);
  return answerOf({ ...finding, parts: [], confidence: least }, question, parts);
}

/** The things that a question is about, each once. */
const namesIn = ({ presupposed, candidates, mentions, composed }: CanonicalQuestion): string[] => [
  ...new Set([
    ...presupposed,
    ...candidates,
    ...(composed?.mentions ?? mentions).flatMap(({ thing, role }) =>
      thing === null || role === 'none' ? [] : thing,
    ),
  ]),
];

const NOTHING_TOLD = {
  told: { supported: false, trace: [] },
  toldOtherwise: [],
  unseen: new Map<string, number>(),
};
