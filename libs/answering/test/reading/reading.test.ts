import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inUnit,
  readingOf,
  splitWords,
  unitFor,
  type PlacedText,
  type ReadingScores,
} from '../../src/index.js';
import { READER, ROLES, SECTION } from './bundle.js';

const { labels } = SECTION;
/** Log-probabilities that are sure of one label. */
const sure = (list: readonly string[], label: string): number[] =>
  list.map((each) => (each === label ? Math.log(0.9) : Math.log(0.1 / (list.length - 1))));

interface Mark {
  thing?: string;
  role?: string;
  starts?: number;
}
/** One text whose words the graph marks so; the first token is the sequence's own. */
function read(
  text: string,
  marks: Record<string, Mark>,
  whole: { task?: string; none?: number; sure?: number } = {},
) {
  const words = splitWords(text).map((word, index) => ({ ...word, token: index + 1 }));
  const markOf = (word: string): Mark => marks[word] ?? {};
  const rows = ['', ...words.map((word) => word.text)];
  const scores: ReadingScores = {
    task: Float32Array.from(sure(labels.tasks, whole.task ?? 'object_counting')),
    reason: Float32Array.from(sure(labels.reasons, 'not_about_space')),
    unit: Float32Array.from(sure(labels.units, 'ft')),
    things: Float32Array.from(rows.flatMap((word) => sure(labels.things, markOf(word).thing ?? 'nothing'))),
    roles: Float32Array.from(rows.flatMap((word) => sure(labels.roles, markOf(word).role ?? 'none'))),
    starts: Float32Array.from(rows.map((word) => markOf(word).starts ?? 0)),
  };
  const thresholds = { ...SECTION.thresholds, none: whole.none ?? 0.5, task: whole.sure ?? 0.3 };
  return readingOf([{ text, words }], scores, { ...SECTION, thresholds });
}
const mentions = (...args: Parameters<typeof read>) =>
  read(...args).mentions.map(({ text, thing, role }) => [text, thing, role]);

describe('the words of a text', () => {
  it('are runs of letters and digits, and single signs of punctuation', () => {
    const words = splitWords('How far’s the T.V. (m²)?\n$5+café\u00a0日本').map(({ text }) => text);
    expect(words).toEqual([
      ...['How', 'far', '’', 's', 'the', 'T', '.', 'V', '.', '(', 'm²', ')', '?'],
      ...['$', '5', '+', 'café', '日本'],
    ]);
    expect(splitWords('bed→lamp').map(({ text }) => text)).toEqual(['bed', '→', 'lamp']);
  });

  it('stand where they say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const word of splitWords(text)) expect(text.slice(word.start, word.end)).toBe(word.text);
      }),
    );
  });
});

describe('a reading', () => {
  it('has the task and the unit that are most likely', () => {
    expect(read('beds', {})).toMatchObject({ task: 'object_counting', reason: null, unit: 'ft' });
  });

  it('has no task where the graph says so, or is less sure than it must be', () => {
    expect(read('hello', {}, { task: 'none' })).toMatchObject({ task: null, reason: 'not_about_space' });
    expect(read('hello', {}, { sure: 0.95 })).toMatchObject({ task: null, reason: 'unclear' });
    expect(read('hello', {}, { none: 0.001 })).toMatchObject({ task: null, reason: 'not_about_space' });
  });

  it('joins the words of one thing, and parts things that follow each other', () => {
    const sofa = { thing: 'sofa', role: 'target' };
    expect(mentions('my old couch bed', { couch: { ...sofa, starts: 0.9 }, bed: sofa })).toEqual([
      ['couch bed', 'sofa', 'target'],
    ]);
    const nearest = { sofa: { thing: 'sofa', role: 'anchor' }, lamp: { thing: 'lamp', role: 'candidate' } };
    expect(mentions('sofa lamp', nearest, { task: 'object_rel_distance' })).toEqual([
      ['sofa', 'sofa', 'anchor'],
      ['lamp', 'lamp', 'candidate'],
    ]);
    expect(mentions('sofa, sofa', { sofa })).toHaveLength(2);
  });

  it('knows a thing by each of its names, also where the graph takes it for another', () => {
    const other = (word: string) => mentions(word, { [word]: { thing: 'other', role: 'target' } });
    expect(other('Bookcase')).toEqual([['Bookcase', 'shelf', 'target']]);
    expect(other('seats')).toEqual([['seats', 'chair', 'target']]);
    expect(other('shelves')).toEqual([['shelves', 'shelf', 'target']]);
    expect(other('seatbelt')).toEqual([['seatbelt', 'other', 'target']]);
  });

  it('keeps moments and places apart from things', () => {
    expect(
      mentions('the flat at 12 seconds lamp', {
        flat: { role: 'place' },
        12: { role: 'moment' },
        seconds: { role: 'moment' },
        lamp: { thing: 'lamp', role: 'moment' },
      }),
    ).toEqual([
      ['flat', null, 'place'],
      ['12 seconds', null, 'moment'],
      ['lamp', 'lamp', expect.stringMatching(/^(?!moment)/)],
    ]);
  });

  it('does not take a word for a mention that has a thing’s role and names none', () => {
    expect(mentions('how many', { many: { role: 'target' } })).toEqual([]);
  });

  it('is one, whatever the graph says', () => {
    const texts = (values: string[]): PlacedText[] => {
      let token = 1;
      return values.map((text) => ({
        text,
        words: splitWords(text).map((word) => ({ ...word, token: token++ })),
      }));
    };
    const some = fc.float({ noDefaultInfinity: true });
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(some),
        (values, stream) => {
          const placed = texts(values);
          const R = 1 + placed.reduce((sum, { words }) => sum + words.length, 0);
          const floats = (length: number) =>
            Float32Array.from({ length }, () => stream.next().value as number);
          const scores = {
            ...{ task: floats(labels.tasks.length), reason: floats(labels.reasons.length) },
            ...{ unit: floats(labels.units.length), things: floats(R * labels.things.length) },
            ...{ roles: floats(R * labels.roles.length), starts: floats(R) },
          };
          const reading = readingOf(placed, scores, SECTION);
          expect(reading.task === null).toBe(reading.reason !== null);
          for (const { text, thing, role, source, start, end } of reading.mentions) {
            expect(placed[source]?.text.slice(start, end)).toBe(text);
            expect(thing === null || labels.things.slice(1).includes(thing)).toBe(true);
            expect(ROLES).toContain(role);
          }
        },
      ),
    );
  });
});

describe('the unit of an answer', () => {
  const { units } = SECTION;
  const metres = (text: string, asked: string | null) =>
    inUnit({ value: Number(text), text }, asked, READER.tasks['object_abs_distance']!, units);

  it('is the one asked for, with about as many digits as the model’s own number', () => {
    expect(metres('4.43', 'ft')).toEqual({ value: 14.53, text: '14.53', unit: 'ft' });
    expect(metres('4.43', 'cm')).toEqual({ value: 443, text: '443', unit: 'cm' });
    expect(inUnit({ value: 104, text: '104' }, 'in', READER.tasks['object_size_estimation']!, units)).toEqual(
      { value: 40.9, text: '40.9', unit: 'in' },
    );
    expect(
      inUnit({ value: 17.6, text: '17.6' }, 'ft2', READER.tasks['room_size_estimation']!, units),
    ).toEqual({ value: 189, text: '189', unit: 'ft2' });
  });

  it('is the task’s own where none is asked for, or one of something else', () => {
    for (const asked of [null, 'm', 'ft2', 'constructor'])
      expect(metres('4.43', asked)).toEqual({ value: 4.43, text: '4.43', unit: 'm' });
    expect(inUnit({ value: 3, text: '3' }, 'ft', READER.tasks['object_counting']!, units).unit).toBeNull();
  });

  it('measures the same as the task’s own', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.constantFrom(...Object.keys(units)), (hundredths, asked) => {
        const { value, unit } = metres((hundredths / 100).toFixed(2), asked);
        expect(unit).toBe(unitFor(asked, 'm', units));
        expect(Math.abs(value * units[unit!]!.factor - hundredths / 100)).toBeLessThanOrEqual(0.0051);
      }),
    );
  });
});
