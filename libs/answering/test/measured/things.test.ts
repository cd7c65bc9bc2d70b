import { describe, expect, it } from 'vitest';
import type { asked } from '../reading/asked.js';
import { READER } from '../reading/bundle.js';
import { answered, landmark, MEASURING, seenAt, sigmoid, standing, worldOf } from './world.js';

type Question = Parameters<typeof asked>;

describe('how many things there are', () => {
  const LAMPS: Question = ['object_counting', 'how many [lamp|lamps|target]?'];
  const writes = '<count> <answer> 7 <eos>';

  it('is how many localization is certain enough of', async () => {
    const world = worldOf([
      landmark('lamp', 1, 2),
      landmark('lamp', 3, 2, 0.5),
      landmark('lamp', 5, 2, 0.49),
    ]);
    expect(await answered(LAMPS, { world, writes })).toMatchObject({
      ...{ supported: true, kind: 'number', value: 2, text: '2', unit: null },
      trace: [{ text: 'lamp x1 z2', category: 'lamp', position: [1, 0, 2] }, { position: [3, 0, 2] }],
    });
  });

  it('leaves out what is rather another thing at the same place', async () => {
    const beside = landmark('bed', 3.3, 2, 0.95);
    const world = worldOf([landmark('lamp', 1, 2), landmark('lamp', 3, 2, 0.8), beside]);
    expect(await answered(LAMPS, { world, writes })).toMatchObject({ value: 1 });
    const surer = worldOf([landmark('lamp', 1, 2), landmark('lamp', 3, 2, 0.97), beside]);
    expect(await answered(LAMPS, { world: surer, writes })).toMatchObject({ value: 2 });
  });

  it('takes two of a category that stand within each other for one', async () => {
    const lamps = (apart: number) => worldOf([landmark('lamp', 1, 2), landmark('lamp', 1 + apart, 2, 0.8)]);
    expect(await answered(LAMPS, { world: lamps(0.7), writes })).toMatchObject({ value: 1 });
    expect(await answered(LAMPS, { world: lamps(0.9), writes })).toMatchObject({ value: 2 });
  });

  it('is one, not surely, where localization is certain of none of what was perceived', async () => {
    for (const things of [[], [landmark('lamp', 1, 2, 0.2)]])
      expect(await answered(LAMPS, { world: worldOf(things), writes })).toMatchObject({
        ...{ value: 1, confidence: 0.5, trace: [] },
      });
  });

  it('is told by the answer graph where nobody kept the things of the world', async () => {
    expect(await answered(LAMPS, { world: worldOf(null), writes })).toMatchObject({ value: 7 });
  });
});

describe('where a thing is for who stands at one and faces another', () => {
  const LEFT_OR_RIGHT: Question = [
    'object_rel_direction_easy',
    'at the [bed|bed|at], facing the [door|door|facing]: where is the [lamp|lamp|target]?',
  ];
  const things = [
    landmark('bed', 0, 0),
    landmark('door', 0, 3),
    landmark('lamp', -1, 2),
    landmark('lamp', 9, 2, 0.3),
  ];

  it('follows from where the surest of each stand', async () => {
    expect(await answered(LEFT_OR_RIGHT, { world: worldOf(things) })).toMatchObject({
      text: 'left',
    });
    const turned = things.map((thing) => ({ ...thing, z: -thing.z }));
    expect(await answered(LEFT_OR_RIGHT, { world: worldOf(turned) })).toMatchObject({ text: 'right' });
  });

  it('takes from the answer graph where a thing stands that localization does not know', async () => {
    const writes = '<direction> bed x5 z5 door x5 z4 lamp x1 z1 a-45 left <answer> a <eos>';
    const world = worldOf([landmark('bed', 0, 0), landmark('door', 0, 3)]);
    expect(await answered(LEFT_OR_RIGHT, { world, writes })).toMatchObject({ text: 'right' });
  });
});

describe('which thing is nearest to another', () => {
  const options = ['couch', 'lamp', 'door', 'shelf'].map(
    (word) => `[${word === 'couch' ? 'sofa' : word}|${word}|candidate]`,
  );
  const NEAREST: Question = ['object_rel_distance', 'what is nearest to the [bed|bed|anchor]?', options];
  const writes = '<nearest> <answer> c <eos>';
  const things = [
    ...[landmark('bed', 0, 0), landmark('sofa', 5, 0), landmark('lamp', 0, 2), landmark('lamp', 0, 1, 0.2)],
    ...[landmark('door', 3, 3), landmark('shelf', 0, -4)],
  ];

  it('is the one whose surest place is', async () => {
    const answer = await answered(NEAREST, { world: worldOf(things), writes });
    expect(answer).toMatchObject({ supported: true, choice: 'B' });
    expect(answer.trace).toHaveLength(5);
    expect(answer.confidence).toBeCloseTo(sigmoid(Math.log(2)));
  });

  it('is told by the answer graph where two are about as near, or one is not known', async () => {
    const close = [...things, landmark('door', 0, -2.1, 0.95)];
    expect(await answered(NEAREST, { world: worldOf(close), writes })).toMatchObject({ choice: 'C' });
    const unknown = things.filter(({ category }) => category !== 'shelf');
    expect(await answered(NEAREST, { world: worldOf(unknown), writes })).toMatchObject({ choice: 'C' });
    const nowhere = things.filter(({ category }) => category !== 'bed');
    expect(await answered(NEAREST, { world: worldOf(nowhere), writes })).toMatchObject({ choice: 'C' });
  });

  it('is as sure as a number says, also where the thing itself is one to choose', async () => {
    const manifest = {
      ...MEASURING,
      calibration: {
        ...MEASURING.calibration,
        measured: { ...MEASURING.calibration.measured, object_rel_distance: { bias: 1, margin: 0 } },
      },
    };
    const own: Question = [NEAREST[0], NEAREST[1], ['[lamp|lamp|candidate]', '[bed|bed|candidate]']];
    const answer = await answered(own, { world: worldOf(things), writes, manifest });
    expect(answer).toMatchObject({ supported: true, choice: 'B' });
    expect(answer.confidence).toBeCloseTo(sigmoid(1));
  });

  it('is none that the video did not show, whose place nobody needs to know then', async () => {
    const manifest = {
      ...MEASURING,
      calibration: { ...MEASURING.calibration, seen: { bias: -4.5, tokens: 2, landmark: 0, few: {} } },
    };
    const seen = READER.categories.map((category) => (category === 'lamp' ? 0 : 50));
    const left = things.filter(({ category }) => category !== 'lamp' && category !== 'door');
    const apart = [...left, landmark('door', 4, 4)];
    for (const known of [apart, [...apart, landmark('lamp', 0, 2)]]) {
      const answer = await answered(NEAREST, { world: worldOf(known), writes, manifest, seen });
      expect(answer).toMatchObject({ supported: true, choice: 'D' });
      expect(answer.trace).toHaveLength(4);
    }
  });
});

describe('which turns lead somewhere', () => {
  const things = [
    landmark('bed', 0, 0),
    landmark('sofa', 3, 0),
    landmark('lamp', 0, 3),
    landmark('door', 4, 3),
  ];
  // from the bed, facing the sofa, left to the lamp, and there right to the door
  const WAY =
    'from the [bed|bed|at] facing the [sofa|sofa|facing]: [|?|blank] to the [lamp|lamp|step], ' +
    '[|?|blank] to the [door|door|step]';
  const OPTIONS = ['Turn Right, Turn Left', 'Turn Left, Turn Back', 'Turn Left, Turn Right'];

  it('is the option whose turns are those between the places', async () => {
    expect(await answered(['route_planning', WAY, OPTIONS], { world: worldOf(things) })).toMatchObject({
      ...{ supported: true, choice: 'C' },
    });
  });

  it('leaves out a way straight on, which has no turn', async () => {
    const straight =
      'from the [bed|bed|at] facing the [lamp|lamp|facing]: to the [lamp|lamp|step], ' +
      '[|?|blank] to the [door|door|step]';
    expect(
      await answered(['route_planning', straight, ['Turn Left', 'Turn Right']], { world: worldOf(things) }),
    ).toMatchObject({ choice: 'B' });
  });

  it('is told by the answer graph where the options have other turns', async () => {
    const writes = '<route> <answer> b <eos>';
    const world = worldOf(things);
    const given = ['go round', 'go through'];
    expect(await answered(['route_planning', WAY, given], { world, writes })).toMatchObject({ choice: 'B' });
  });
});

describe('how far things are from each other', () => {
  const FAR: Question = ['object_abs_distance', 'from the [bed|bed|first] to the [lamp|lamp|second]'];
  const writes = '<distance> bed x0 z0 e2 e1.4 lamp x0 z4 e0.4 e0.4 r0 f4 d3.0 <answer> 3.00 <eos>';

  it('is as told, and longer by as much as the way between their middles is in truth', async () => {
    const world = worldOf([landmark('bed', 0, 0), landmark('lamp', 3, 4)]);
    expect(await answered(FAR, { world, writes })).toMatchObject({
      value: 4,
      unit: 'm',
      text: '4.00',
    });
    expect(await answered(FAR, { world: worldOf([]), writes })).toMatchObject({ value: 3 });
  });
});

describe('how far things are from each other, told both ways round', () => {
  it('is the mean of both', async () => {
    const [bed, lamp] = ['bed x0 z0 e2 e1.4', 'lamp x0 z4 e0.4 e0.4'];
    const told = await answered(
      ['object_abs_distance', 'from the [lamp|lamp|first] to the [bed|bed|second]'],
      {
        world: worldOf([]),
        writes: (put) =>
          /bed and/.test(put)
            ? `<distance> ${bed} ${lamp} d3.0 <answer> 3.00 <eos>`
            : `<distance> ${lamp} ${bed} d3.6 <answer> 3.60 <eos>`,
      },
    );
    expect(told).toMatchObject({ value: 3.3, unit: 'm', text: '3.30' });
  });
});

describe('how far a thing is from the camera', () => {
  const FAR: Question = ['camera_obj_abs_dist', 'the [lamp|lamp|target] at [|4 s|moment]'];
  const writes =
    '<camera-distance> camera t4 x0 z0 lamp x0 z4 y0.2 e0.4 e0.4 e1.2 r0 f4 d3.8 <answer> 3.80 <eos>';

  it('is counted from where the camera was localized, to where the thing was', async () => {
    const path = { 4: standing([0, 0, -1], 0) };
    expect(await answered(FAR, { world: worldOf([], path), writes })).toMatchObject({
      ...{ value: 4.8, unit: 'm', text: '4.80' },
      trace: [{ text: 'camera t4 x0 z-1' }, { category: 'lamp' }],
    });
    const world = worldOf([landmark('lamp', 0, 5)], path);
    expect(await answered(FAR, { world, writes })).toMatchObject({ value: 5.8 });
  });

  it('is told by the answer graph where the camera was not localized', async () => {
    expect(await answered(FAR, { world: worldOf([]), writes })).toMatchObject({ value: 3.8 });
  });
});

describe('in which order things are first seen', () => {
  const ORDER: Question = [
    'obj_appearance_order',
    'order of [bed|bed|candidate], [sofa|sofa|candidate], [lamp|lamp|candidate], [door|door|candidate]?',
    [
      '[bed|bed|candidate], [sofa|sofa|candidate], [lamp|lamp|candidate], [door|door|candidate]',
      '[door|door|candidate], [lamp|lamp|candidate], [sofa|sofa|candidate], [bed|bed|candidate]',
      '[door|door|candidate], [bed|bed|candidate], [lamp|lamp|candidate], [sofa|sofa|candidate]',
    ],
  ];
  const writes = '<order> <answer> a <eos>';

  it('is the option that is least against when they were in view', async () => {
    // no option has just this order: the last one has sofa and lamp 1 s the wrong way round
    const world = seenAt({ door: 0, bed: 5, sofa: 9, lamp: 10 });
    const answer = await answered(ORDER, { world, writes });
    expect(answer).toMatchObject({
      ...{ supported: true, choice: 'C' },
      trace: ['door t0', 'bed t5', 'sofa t9', 'lamp t10'].map((text) => ({ text })),
    });
    // 'door, lamp, sofa, bed' is against it by 1, 5 and 4 s
    expect(answer.confidence).toBeCloseTo(sigmoid(Math.log(10)));
  });

  it('goes by the things that are certain; where none is, by the surest', async () => {
    const glimpse = (category: string, x: number, seconds: number) => ({ category, x, z: 0, seconds });
    const things = [landmark('door', 9, 0, 0.4), landmark('door', 5, 0), landmark('door', -5, 0, 0.8)];
    things.push(landmark('bed', 0, 0, 0.2), landmark('bed', 9, 0, 0.4), landmark('sofa', 2, 0));
    const doors = [glimpse('door', 9, 0), glimpse('door', 4, 30), glimpse('door', -6.4, 20)];
    const beds = [glimpse('bed', 0, 1), glimpse('bed', 8, 25)];
    // of the sofa nobody saw anything where it stands; of the lamp nobody knows where it stands
    const rest = [glimpse('sofa', 4, 2), glimpse('lamp', 7, 3)];
    const world = worldOf(things, {}, [...doors, ...beds, ...rest]);
    const { trace } = await answered(ORDER, { world, writes });
    expect(trace).toMatchObject(['sofa t2', 'lamp t3', 'door t20', 'bed t25'].map((text) => ({ text })));
  });

  it('is told as surely of orders that the question itself offers', async () => {
    const row = (...things: string[]) => things.map((thing) => `[${thing}|${thing}|candidate]`).join(' ');
    const offered = [row('bed', 'sofa', 'lamp', 'door'), row('lamp', 'sofa', 'bed', 'door')];
    const question: Question = ['obj_appearance_order', `was it ${offered.join(' or ')}?`];
    const world = seenAt({ lamp: 1, sofa: 5, bed: 9, door: 20 });
    const answer = await answered(question, { world, writes });
    expect(answer).toMatchObject({ supported: true, text: 'lamp, sofa, bed, door' });
    // the other one is against it by 4, 8 and 4 s
    expect(answer.confidence).toBeCloseTo(sigmoid(Math.log1p(16)));
  });

  it('leaves out what was not seen to come into view', async () => {
    const world = seenAt({ bed: 5, sofa: 9, lamp: 10 });
    expect(await answered(ORDER, { world, writes: '<order> <answer> b <eos>' })).toMatchObject({
      ...{ choice: 'A', trace: [{ category: 'bed' }, { category: 'sofa' }, { category: 'lamp' }] },
    });
  });

  it('is told by the answer graph where one thing alone was', async () => {
    const world = seenAt({ door: 0 });
    expect(await answered(ORDER, { world, writes })).toMatchObject({ choice: 'A', trace: [] });
  });
});
