import type { MapObject } from '@loci/contracts';
import { describe, expect, test } from 'vitest';
import { suggest } from '../src/memories/suggest.js';

const thing = (category: string, confidence = 0.9): MapObject => ({
  id: `${category} ${confidence}`,
  category,
  position: [0, 0, 0],
  size: null,
  confidence,
  first_seen_s: 0,
});
const TASKS = new Set([
  ...['object_counting', 'room_size_estimation', 'object_size_estimation', 'object_abs_distance'],
  ...['obj_appearance_order', 'object_rel_direction', 'object_rel_distance'],
]);
const questions = (objects: MapObject[], tasks = TASKS) =>
  suggest(objects, tasks).map(({ question }) => question);

describe('suggestions', () => {
  test('ask about what is there, and of single things by their names', () => {
    const objects = ['shelf', 'shelf', 'bed', 'door', 'lamp', 'sofa'].map((name) => thing(name));
    expect(questions(objects)).toEqual([
      'How many shelves are there?',
      'How big is this room?',
      'How long is the bed?',
      'How far is the bed from the door?',
      'Which came first, the bed or the door?',
      'If I stand at the bed and look at the door, where is the lamp?',
      'Which of these is closest to the bed: the door, the lamp or the sofa?',
    ]);
  });

  test('leave out what is unsure, and what the model has no task for', () => {
    expect(questions([thing('bed', 0.4), thing('box')])).toEqual([
      'How many boxes are there?',
      'How big is this room?',
      'How long is the box?',
    ]);
    expect(questions([thing('bed'), thing('box')], new Set(['object_counting']))).toEqual([
      'How many beds are there?',
    ]);
  });

  test('of an empty place ask how big it is', () => {
    expect(questions([])).toEqual(['How big is this room?']);
  });
});
