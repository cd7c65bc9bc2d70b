import { describe, expect, it } from 'vitest';
import { answerQuestion, type SeenWorld, type Thing } from '../../src/index.js';
import { standing, worldOf } from '../measured/world.js';
import { asked, CLOCK } from '../reading/asked.js';
import { READER } from '../reading/bundle.js';

const thing = (category: string, [x, z]: [number, number], likelihood = 0.6, first = 4): Thing => ({
  ...{ category, likelihood, firstFrame: first },
  from: [x - 0.5, 0, z - 0.5],
  to: [x + 0.5, 1, z + 0.5],
});

const SEEN: SeenWorld = {
  things: [
    ...[thing('chair', [0, 0]), thing('chair', [8, 8], 0.5), thing('chair', [9, 1], 0.2)],
    ...[thing('shelf', [3, 0], 0.4, 8), thing('bed', [0, 5], 0.4, 2), thing('lamp', [6, 0], 0.01, 6)],
  ],
  occupancy: [],
  usual: new Map([['bed', { metres: 2, spread: 0.5 }]]),
  poseAt: worldOf([], { 4: standing([0, 0.5, -4], 0) }).poseAt,
  fps: 2,
  hasMetres: true,
};

/** The answer of eyes; the answer graph is never asked. */
function answered(question: Parameters<typeof asked>, seenWorld: SeenWorld = SEEN) {
  const ask = () => Promise.reject(new Error('the answer graph was asked'));
  const unknown = { seen: null, lastSeenS: null, lastPose: null, poseAt: null, world: null };
  const parts = { ask, manifest: READER, clock: CLOCK, novelty: 1, seenWorld, ...unknown };
  return answerQuestion(asked(...question), parts);
}

const APART: [string, string] = [
  'object_abs_distance',
  'how far is the [chair|chair|first] from the [shelf|shelf|second]?',
];

describe('a question about things that eyes saw', () => {
  it('is measured between the closest points of their boxes', async () => {
    expect(await answered(APART)).toMatchObject({ supported: true, value: 2, unit: 'm', text: '2.00' });
    expect(
      await answered(['camera_obj_abs_dist', 'how far is the [chair|chair|target] at [|4 s|moment]?']),
    ).toMatchObject({ value: 3.5 });
  });

  it('counts the things that are about as likely as the likeliest', async () => {
    const many: [string, string] = ['object_counting', 'how many [chair|chairs|target]?'];
    expect(await answered(many)).toMatchObject({ value: 2 });
    const none: [string, string] = ['object_counting', 'how many [lamp|lamps|target]?'];
    expect(await answered(none)).toMatchObject({ supported: true, value: 0 });
  });

  it('is answered by the likeliest place, however unlikely, where a thing is taken for granted', async () => {
    expect(
      await answered(['object_abs_distance', 'from the [shelf|shelf|first] to the [lamp|lamp|second]?']),
    ).toMatchObject({ supported: true, value: 2 });
  });

  it('about a size is told by its box and by what is usual, each as much as it is sure', async () => {
    const long = (name: string): [string, string] => [
      'object_size_estimation',
      `how long is the [${name}|${name}|target]?`,
    ];
    expect(await answered(long('shelf'))).toMatchObject({ value: 100, unit: 'cm' });
    expect(await answered(long('bed'))).toMatchObject({ value: 141, unit: 'cm' });
    const usual = new Map([['bed', { metres: 2, spread: 0.1 }]]);
    expect(await answered(long('bed'), { ...SEEN, usual })).toMatchObject({ value: 195 });
  });

  it('about the size of the place is measured where places were looked at', async () => {
    const square = Array.from({ length: 256 }, (_, cell) => ({
      ...{ x: 0.25 * (cell % 16), z: 0.25 * Math.floor(cell / 16), points: 9 },
    }));
    const size: [string, string] = ['room_size_estimation', 'how large is this place?'];
    expect(await answered(size, { ...SEEN, occupancy: square })).toMatchObject({
      ...{ supported: true, value: 14.1, unit: 'm2', confidence: 0.5 },
    });
    expect(await answered(size)).toMatchObject({ supported: false, reason: 'unclear' });
    expect(await answered(size, { ...SEEN, occupancy: square, hasMetres: false })).toMatchObject({
      ...{ supported: false, reason: 'unknown_scale' },
    });
  });

  it('is refused where eyes never saw such a thing, or nobody knows what a metre is', async () => {
    const unseen = { ...SEEN, things: SEEN.things.filter(({ category }) => category !== 'shelf') };
    expect(await answered(APART, unseen)).toMatchObject({ supported: false, reason: 'not_seen' });
    expect(await answered(APART, { ...SEEN, hasMetres: false })).toMatchObject({ reason: 'unknown_scale' });
  });

  it('is about when they were first in view', async () => {
    const order = ['chair, shelf, bed, lamp', 'bed, chair, lamp, shelf'].map((option) =>
      option.replace(/\w+/g, (name) => `[${name}|${name}|candidate]`),
    );
    const question = 'in which order?';
    expect(await answered(['obj_appearance_order', question, order])).toMatchObject({ choice: 'B' });
  });
});
