import { describe, expect, it } from 'vitest';
import { answerQuestion } from '../../src/index.js';
import { asked, CLOCK } from '../reading/asked.js';
import { READER } from '../reading/bundle.js';
import { answered, HOME, HomeGraph, LAST_POSE } from './home.js';

const home = (...question: Parameters<typeof asked>) => answered(new HomeGraph(), question);
const SUPPORTED = { supported: true, reason: null, message: null };
const REFUSED = { supported: false, kind: 'text', value: null, unit: null, choice: null, confidence: 0 };

describe('whether there is a thing', () => {
  it('is answered with yes or no, or by the option that says so', async () => {
    expect(await home('object_existence', 'any [sofa|couch|target]?')).toMatchObject({
      ...{ ...SUPPORTED, kind: 'text', text: 'yes', value: null, unit: null, choice: null },
      ...{ trace: [{ category: 'sofa' }], understood: { task: 'object_existence' } },
    });
    expect(await home('object_existence', 'any [sofa|couch|target]?', ['No', 'Yes'])).toMatchObject({
      ...SUPPORTED,
      kind: 'choice',
      text: 'B',
      choice: 'B',
    });
  });

  it('is no, where the decoder can only point at something else', async () => {
    const no = await home('object_existence', 'any [shelf|bookcase|target]?');
    expect(no).toMatchObject({ ...SUPPORTED, text: 'no', trace: [] });
    expect(no.confidence).toBeGreaterThan(0.5);
  });
});

describe('what there is', () => {
  it('is told with counts, the most first', async () => {
    const answer = await home('inventory', 'what is here?');
    expect(answer).toMatchObject({ ...SUPPORTED, kind: 'text', text: '2 lamps, 1 door, 1 sofa, 1 bed' });
    expect(answer.trace.map(({ category }) => category)).toEqual(['lamp', 'lamp', 'door', 'sofa', 'bed']);
  });

  it('is counted together where several things are asked about, nothing being none', async () => {
    expect(
      await home('object_counting_several', 'how many [lamp|lamps|candidate] and [bed|beds|candidate]'),
    ).toMatchObject({ ...SUPPORTED, kind: 'number', value: 3, unit: null, text: '3 (2 lamps and 1 bed)' });
    expect(
      await home('object_counting_several', '[shelf|shelves|candidate] and [bed|beds|candidate]', ['1', '2']),
    ).toMatchObject({ ...SUPPORTED, kind: 'choice', choice: 'A', value: null });
  });
});

describe('a count that is composed', () => {
  it('leaves out what the decoder tells more surely of another thing, at the same place', async () => {
    const seenTwice = new HomeGraph([
      ...HOME,
      { category: 'bed', x: 3.2, z: 4, size: 200, firstSeenS: 3, sure: -0.9 },
    ]);
    expect(await answered(seenTwice, ['inventory', 'what is here?'])).toMatchObject({
      text: '2 lamps, 1 door, 1 sofa, 1 bed',
    });
    const both = 'how many [lamp|lamps|candidate] and [bed|beds|candidate]';
    expect(await answered(seenTwice, ['object_counting_several', both])).toMatchObject({ value: 3 });
  });
});

describe('where a thing is', () => {
  it('is how far and which way from where the camera ended, and what is nearest', async () => {
    expect(await home('object_location', 'where is the [sofa|couch|target]?')).toMatchObject({
      ...{ ...SUPPORTED, kind: 'text', trace: [{ position: [3, 0, 4] }] },
      text: '5.0 m to the front-right of where the camera ended, nearest to the bed',
    });
  });

  it('is the option whose way is nearest', async () => {
    const quadrants = ['front-left', 'front-right', 'back-left', 'back-right'];
    for (const [thing, choice] of [
      ['sofa', 'B'],
      ['door', 'A'],
    ])
      expect(
        await home('object_location', `where is the [${thing ?? ''}|it|target]?`, quadrants),
      ).toMatchObject({ ...SUPPORTED, kind: 'choice', choice });
    const sides = ['behind me', 'on my right', 'straight ahead'];
    expect(await home('object_location', 'where is the [sofa|it|target]?', sides)).toMatchObject({
      choice: 'C',
    });
  });

  it('is meant by a direction of one thing, with nowhere to stand', async () => {
    expect(await home('object_rel_direction_easy', 'is the [sofa|couch|at] left or right?')).toMatchObject({
      ...{ ...SUPPORTED, kind: 'text', understood: { task: 'object_location' } },
      text: '5.0 m to the front-right of where the camera ended, nearest to the bed',
    });
  });

  it('is told of each of several', async () => {
    const { text } = await home('object_location', 'where are the [lamp|lamps|target]?');
    expect(text).toBe(
      '2 lamps: 6.6 m ahead of where the camera ended, nearest to the bed; ' +
        '7.2 m to the front-right of where the camera ended, nearest to the sofa',
    );
  });
});

describe('when a thing is last seen', () => {
  it('is told in seconds', async () => {
    expect(await home('object_last_seen', 'when did you last see the [sofa|couch|target]?')).toMatchObject({
      ...SUPPORTED,
      kind: 'number',
      value: 26.5,
      unit: 's',
      text: '26.5',
    });
  });

  it('is not told of what is not seen, nor of memories that did not keep it', async () => {
    expect(await home('object_last_seen', 'and the [shelf|bookcase|target]?')).toMatchObject({
      ...{ ...REFUSED, reason: 'not_seen' },
    });
    const { ask } = new HomeGraph();
    const bed = asked('object_last_seen', 'when was the [bed|bed|target] last in view?');
    const memory = { novelty: 1, seen: null, lastPose: LAST_POSE, poseAt: null, world: null };
    const parts = { ask, manifest: READER, clock: CLOCK, ...memory };
    expect(await answerQuestion(bed, { ...parts, lastSeenS: null })).toMatchObject({
      ...{ ...REFUSED, reason: 'not_answered_yet' },
    });
  });
});

describe('when things are first seen', () => {
  it('is told in seconds', async () => {
    expect(await home('object_first_seen', 'when is the [bed|bed|target] first seen?')).toMatchObject({
      ...{ ...SUPPORTED, kind: 'number', value: 9, unit: 's', text: '9', trace: [{ first_seen_s: 9 }] },
    });
  });

  it('puts any number of them into an order', async () => {
    const ordered = 'did the [bed|bed|candidate] or the [sofa|sofa|candidate] come first?';
    expect(await home('obj_appearance_order', ordered)).toMatchObject({
      ...{ ...SUPPORTED, kind: 'text', text: 'sofa, bed', choice: null },
    });
    expect(await home('obj_appearance_order', 'what came first?')).toMatchObject({
      text: 'door, sofa, bed, lamp',
    });
  });

  it('is the option whose things stand so, or whose thing is first', async () => {
    const three = [
      '[bed|bed|candidate], [sofa|sofa|candidate]',
      '[sofa|sofa|candidate], [bed|bed|candidate]',
    ];
    expect(await home('obj_appearance_order', 'in which order?', three)).toMatchObject({ choice: 'B' });
    const single = ['the [bed|bed|candidate]', 'a [sofa|couch|candidate]'];
    expect(await home('obj_appearance_order', 'what came first?', single)).toMatchObject({ choice: 'B' });
  });
});

describe('things are compared', () => {
  const sizes = 'the [bed|bed|candidate] or the [sofa|couch|candidate]';

  it('by their sizes, for the larger or the smaller one', async () => {
    expect(await home('object_size_comparison', `which is larger, ${sizes}?`)).toMatchObject({
      ...{
        ...SUPPORTED,
        kind: 'text',
        text: 'bed',
        understood: { question: 'Which is larger: sofa or bed?' },
      },
    });
    expect(await home('object_size_comparison', `which is smaller, ${sizes}?`)).toMatchObject({
      ...{ text: 'sofa', understood: { question: 'Which is smaller: sofa or bed?' } },
    });
  });

  it('by their distance from another, of all that there are where none are named', async () => {
    expect(await home('object_rel_distance', 'nearest to the [bed|bed|anchor]?')).toMatchObject({
      ...{ ...SUPPORTED, kind: 'text', text: 'sofa' },
    });
  });

  it('without those that are not seen, where others are left', async () => {
    const shelf = '[shelf|shelf|candidate]';
    expect(await home('object_size_comparison', `larger: ${shelf}, ${sizes}?`)).toMatchObject({
      ...{ ...SUPPORTED, text: 'bed' },
    });
    const options = [shelf, '[bed|bed|candidate]', '[sofa|sofa|candidate]'];
    expect(await home('obj_appearance_order', 'which came first?', options)).toMatchObject({
      ...{ ...SUPPORTED, choice: 'C' },
    });
  });

  it('for the person’s own option, by what it names', async () => {
    const options = ['the [door|door|candidate]', 'a [sofa|couch|candidate]'];
    expect(await home('object_size_comparison', 'which is larger?', options)).toMatchObject({
      ...{ ...SUPPORTED, kind: 'choice', choice: 'A', text: 'A' },
    });
  });
});

describe('a composed answer', () => {
  it('never replaces a thing that is not seen by another', async () => {
    const asks: [string, string][] = [
      ['object_location', 'where is the [shelf|shelf|target]?'],
      ['object_first_seen', 'when is the [shelf|shelf|target] first seen?'],
      ['object_size_comparison', 'larger: [bed|bed|candidate] or [shelf|shelf|candidate]?'],
      ['obj_appearance_order', 'first: [bed|bed|candidate] or [shelf|shelf|candidate]?'],
      ['object_rel_distance', 'nearest to the [shelf|shelf|anchor]?'],
    ];
    for (const [task, question] of asks)
      expect(await home(task, question), question).toMatchObject({
        ...{ ...REFUSED, reason: 'not_seen', trace: [], evidence: [] },
        text: 'The video shows no shelf that the memory holds: ask what there is.',
      });
  });

  it('rests on what its parts attended to, and is as sure as the least sure of them', async () => {
    const answer = await home('object_size_comparison', '[bed|bed|candidate] or [sofa|sofa|candidate]?');
    expect(answer.evidence).toEqual([{ entry_kind: 'working', slot: 0, frame: 8, t_s: 1, weight: 0.5 }]);
    expect(answer.confidence).toBeCloseTo(Math.exp(-0.2));
  });

  it('is as sure as the calibration of its task makes of that', async () => {
    const sizes: Parameters<typeof asked> = [
      'object_size_comparison',
      '[bed|bed|candidate] or [sofa|sofa|candidate]?',
    ];
    const composed = { object_size_comparison: { bias: -1, odds: 2 } };
    const manifest = { ...READER, calibration: { ...READER.calibration, composed } };
    const p = Math.exp(-0.2);
    const { confidence } = await answered(new HomeGraph(), sizes, manifest);
    expect(confidence).toBeCloseTo(1 / (1 + Math.exp(1 - 2 * Math.log(p / (1 - p)))));
  });

  it('claims no more than is reached on footage that is flagged', async () => {
    const claimed = async (novelty: number, ...question: Parameters<typeof asked>) => {
      const out_of_domain = { threshold: 1.5, confidence: { number: 0.2, choice: 0.4 } };
      const { confidence } = await answerQuestion(asked(...question), {
        ...{ ask: new HomeGraph().ask, manifest: { ...READER, out_of_domain }, clock: CLOCK, novelty },
        ...{ seen: null, lastSeenS: null, lastPose: LAST_POSE, poseAt: null, world: null },
      });
      return confidence;
    };
    const size: Parameters<typeof asked> = ['object_size_estimation', 'how long is the [bed|bed|target]?'];
    expect(await claimed(1.5, ...size)).toBeCloseTo(Math.exp(-0.2));
    expect(await claimed(1.6, ...size)).toBe(0.2);
    expect(await claimed(1.6, 'object_existence', 'any [sofa|sofa|target]?')).toBe(0.4);
    // of two sizes, each of which alone would claim 0.2
    const larger = '[bed|bed|candidate] or [sofa|sofa|candidate]?';
    expect(await claimed(1.6, 'object_size_comparison', larger)).toBe(0.4);
  });

  it('asks the graph each question once', async () => {
    const graph = new HomeGraph();
    await answered(graph, ['obj_appearance_order', 'what came first?']);
    const questions = graph.asked.map(({ question }) => question);
    expect(new Set(questions).size).toBe(questions.length);
  });

  it('needs a model that answers its parts', async () => {
    const sizes: Parameters<typeof asked> = ['object_size_comparison', 'which is larger?'];
    const manifest = { ...READER, unsupported_tasks: ['object_size_estimation'] };
    expect(await answered(new HomeGraph(), sizes, manifest)).toMatchObject({
      ...{ ...REFUSED, reason: 'not_answered_yet' },
    });
  });
});
