import { traceItemSchema, type TraceItem } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inVideoSeconds, parseTrace } from '../src/index.js';
import { NANO } from './bundles.js';

const parse = (text: string) => parseTrace(text, NANO);

const anyObject = fc.record(
  {
    category: fc.constantFrom(...NANO.categories),
    position: fc
      .tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }))
      .map(([x, z]): [number, number, number] => [x / 5, 0, z / 5]),
    size: fc.nat({ max: 400 }),
    first_seen_s: fc.nat({ max: 300 }),
    count: fc.nat({ max: 9 }),
  },
  { requiredKeys: ['category'] },
);

function textOf({ category, position, size, first_seen_s: seen, count }: Partial<TraceItem>): string {
  const fields = [
    position && `x${position[0]} z${position[2]}`,
    size !== undefined && `s${size}`,
    seen !== undefined && `t${seen}`,
    count !== undefined && `n${count}`,
  ];
  return [category, ...fields.filter(Boolean)].join(' ');
}

describe('the trace of an answer', () => {
  it('gives back every object that was written, in order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.entries(NANO.tasks)),
        fc.array(anyObject, { maxLength: 6 }),
        fc.constantFrom('2.35', 'b', 'living room'),
        ([task, { token }], objects, answer) => {
          const text = `${token} ${objects.map(textOf).join(' ')} <answer> ${answer} <eos> <pad> <pad>`;
          expect(parse(text)).toEqual({
            task,
            trace: objects.map((object) => ({ text: textOf(object), ...object })),
            answer,
          });
        },
      ),
    );
  });

  it('takes position tokens for metres on the floor plane', () => {
    expect(parse('<distance> chair x-1.2 z3.4 s85 t12 <answer> 2.35 <eos>').trace).toEqual([
      {
        text: 'chair x-1.2 z3.4 s85 t12',
        category: 'chair',
        position: [-1.2, 0, 3.4],
        size: 85,
        first_seen_s: 12,
      },
    ]);
  });

  it('keeps what it does not know in the text of its object', () => {
    expect(parse('<size> room x-1 z-2 x3 z4 h25 <answer> 12 <eos>').trace).toEqual([
      { text: 'room x-1 z-2 x3 z4 h25', position: [-1, 0, -2] },
    ]);
  });

  it('takes a height for metres below the first camera', () => {
    expect(parse('<nearest> lamp x2.8 z2.6 y0.9 e0.4 e0.4 e1.2 d3.8 <answer> b <eos>').trace).toEqual([
      { text: 'lamp x2.8 z2.6 y0.9 e0.4 e0.4 e1.2 d3.8', category: 'lamp', position: [2.8, 0.9, 2.6] },
    ]);
  });

  it('places the camera at its moment and does not say that it was first seen then', () => {
    expect(
      parse('<distance> camera t12 x-1.2 z3.4 a35 camera t20 x1 z2 a165 a130 left <answer> b <eos>').trace,
    ).toEqual([
      { text: 'camera t12 x-1.2 z3.4 a35', position: [-1.2, 0, 3.4] },
      { text: 'camera t20 x1 z2 a165', position: [1, 0, 2] },
      { text: 'a130 left' },
    ]);
  });

  it('gives each turn of a route with its word as a step of its own', () => {
    expect(
      parse('<route> lamp x1 z2 chair x3 z4 a15 sofa x1 z4 a-95 a-105 left a175 back <answer> c <eos>').trace,
    ).toEqual([
      { text: 'lamp x1 z2', category: 'lamp', position: [1, 0, 2] },
      { text: 'chair x3 z4 a15', category: 'chair', position: [3, 0, 4] },
      { text: 'sofa x1 z4 a-95', category: 'sofa', position: [1, 0, 4] },
      { text: 'a-105 left' },
      { text: 'a175 back' },
    ]);
  });

  it('gives every room of a home, with the floor so far', () => {
    expect(
      parse('<room> floor x0.8 z3.2 e4.6 e2.6 m12.4 floor x3.2 z4.4 e4.6 e2.6 m24.4 <answer> 24.4 <eos>')
        .trace,
    ).toEqual([
      { text: 'floor x0.8 z3.2 e4.6 e2.6 m12.4', category: 'floor', position: [0.8, 0, 3.2] },
      { text: 'floor x3.2 z4.4 e4.6 e2.6 m24.4', category: 'floor', position: [3.2, 0, 4.4] },
    ]);
  });

  it.each<[string, string, ReturnType<typeof parse>]>([
    ['empty', '', { task: null, trace: [], answer: '' }],
    ['blank', '  \n ', { task: null, trace: [], answer: '' }],
    ['an answer without a trace', '2.35 <eos>', { task: null, trace: [], answer: '2.35' }],
    ['an answer without its end', '<count> <answer> 4', { task: 'object_counting', trace: [], answer: '4' }],
    [
      'a trace without an answer',
      '<count> chair x1 z2',
      {
        task: 'object_counting',
        trace: [{ text: 'chair x1 z2', category: 'chair', position: [1, 0, 2] }],
        answer: '',
      },
    ],
    [
      'ended in its trace',
      '<count> chair x1 <eos> <answer> 4',
      { task: 'object_counting', trace: [{ text: 'chair x1', category: 'chair' }], answer: '' },
    ],
    ['an unknown task', '<colour> <answer> red <eos>', { task: null, trace: [], answer: 'red' }],
    [
      'half a position',
      '<count> chair z2 lamp x1 <answer> 4 <eos>',
      {
        task: 'object_counting',
        trace: [
          { text: 'chair z2', category: 'chair' },
          { text: 'lamp x1', category: 'lamp' },
        ],
        answer: '4',
      },
    ],
    [
      'fields without an object',
      '<count> x1 z2 <answer> 4 <eos>',
      { task: 'object_counting', trace: [{ text: 'x1 z2', position: [1, 0, 2] }], answer: '4' },
    ],
    [
      'broken numbers',
      '<count> chair x1.2.3 z s85cm <answer> 4 <eos>',
      {
        task: 'object_counting',
        trace: [{ text: 'chair', category: 'chair' }, { text: 'x1.2.3' }, { text: 'z' }, { text: 's85cm' }],
        answer: '4',
      },
    ],
    [
      'padding and unknown words inside',
      '<count> <pad> chair <unk> x1 z2 <answer> <unk> 4 <eos>',
      {
        task: 'object_counting',
        trace: [{ text: 'chair x1 z2', category: 'chair', position: [1, 0, 2] }],
        answer: '4',
      },
    ],
    [
      'a turn before a thing',
      '<count> a-65 left lamp x1 z2 <answer> b <eos>',
      {
        task: 'object_counting',
        trace: [{ text: 'a-65 left' }, { text: 'lamp x1 z2', category: 'lamp', position: [1, 0, 2] }],
        answer: 'b',
      },
    ],
    [
      'two answers',
      '<count> <answer> 4 <answer> 5 <eos> 6 <eos>',
      { task: 'object_counting', trace: [], answer: '4 5' },
    ],
    [
      'a time before the clip',
      '<count> lamp t-3 <answer> 1 <eos>',
      { task: 'object_counting', trace: [{ text: 'lamp t-3', category: 'lamp' }], answer: '1' },
    ],
  ])('can be read when the text is %s', (_, text, parsed) => {
    expect(parse(text)).toEqual(parsed);
  });

  it('is valid for the API whatever the decoder writes', () => {
    const anyWord = fc.oneof(
      fc.constantFrom(
        '<count>',
        '<answer>',
        '<eos>',
        '<pad>',
        '<unk>',
        'chair',
        'x1',
        'z-2.2',
        's85',
        't3',
        'n1.5',
        'n2',
        '4',
        'b',
        'a35',
        'y-1',
        'camera',
        'left',
      ),
      fc.string(),
      fc
        .tuple(fc.constantFrom('x', 'y', 'z', 'a', 's', 't', 'n'), fc.double())
        .map(([name, value]) => `${name}${value}`),
    );
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 30 }), (words) => {
        for (const item of parse(words.join(' ')).trace) expect(traceItemSchema.parse(item)).toEqual(item);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('times of a trace', () => {
  it('become seconds of the video, and nothing else of the text changes', () => {
    const text = '<order> sofa x1 z2 t12 bed x0 z1 t7 <answer> sofa, bed at t-junction 12 <eos>';
    expect(inVideoSeconds(text, (seconds) => seconds + 900.4)).toBe(
      '<order> sofa x1 z2 t912 bed x0 z1 t907 <answer> sofa, bed at t-junction 12 <eos>',
    );
  });
});
