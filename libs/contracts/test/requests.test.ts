import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askSchema,
  idSchema,
  listQuerySchema,
  newId,
  payloadSchemas,
  submitJobSchema,
  type IdKind,
} from '../src/index.js';

const KINDS: IdKind[] = ['video', 'memory', 'job', 'question', 'delivery'];
const video = newId('video');

describe('ids', () => {
  it('say what they name, and are of no other kind', () => {
    for (const kind of KINDS)
      for (const other of KINDS) expect(idSchema(other).safeParse(newId(kind)).success).toBe(kind === other);
  });

  it('are never the same twice', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newId('job'))).size).toBe(1000);
  });

  it('are made of what a queue and a path take', () => {
    for (const kind of KINDS) expect(newId(kind)).toMatch(/^[a-z]+_[0-9a-z]{26}$/);
  });

  it('are nothing that only looks like one', () => {
    const schema = idSchema('video');
    for (const id of [
      '',
      'vid_',
      `${video}0`,
      video.toUpperCase(),
      `${video}\n`,
      ` ${video}`,
      'vid_../../../../etc/passwd000000',
    ])
      expect(schema.safeParse(id).success).toBe(false);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(schema.safeParse(text).success).toBe(/^vid_[0-9a-hjkmnp-tv-z]{26}$/.test(text));
      }),
    );
  });
});

describe('the submission of a job', () => {
  it('may ask nothing: then only the memory is built', () => {
    expect(submitJobSchema.parse({ video_id: video })).toEqual({ video_id: video, questions: [] });
  });

  it('takes up to 64 questions', () => {
    const questions = (n: number) => Array.from({ length: n }, () => ({ question: 'How many chairs?' }));
    expect(submitJobSchema.safeParse({ video_id: video, questions: questions(64) }).success).toBe(true);
    expect(submitJobSchema.safeParse({ video_id: video, questions: questions(65) }).success).toBe(false);
  });

  it('points at what is wrong with it', () => {
    const { error } = submitJobSchema.safeParse({
      video_id: video,
      questions: [{ question: 'Where?', options: ['here'] }],
      sampling: { fps: 0 },
      colour: 'red',
    });
    expect(error?.issues.map(({ path, code }) => [code, path.join('/')])).toEqual([
      ['too_small', 'questions/0/options'],
      ['too_small', 'sampling/fps'],
      ['unrecognized_keys', ''],
    ]);
  });

  it('keeps metadata as it is', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.jsonValue({ stringUnit: 'grapheme-ascii' }), {
          noNullPrototype: true,
        }),
        (metadata) => {
          const text = JSON.stringify(metadata);
          fc.pre(!text.includes('__proto__')); // never kept, on purpose
          expect(
            JSON.stringify(
              submitJobSchema.parse({ video_id: video, metadata: JSON.parse(text) as unknown }).metadata,
            ),
          ).toBe(text);
        },
      ),
    );
  });
});

describe('a question', () => {
  it('is trimmed, and must say something', () => {
    expect(askSchema.parse({ question: '  How many chairs? ' }).question).toBe('How many chairs?');
    for (const question of ['', '  \n', 'x'.repeat(2001)])
      expect(askSchema.safeParse({ question }).success).toBe(false);
  });

  it('has options by the letters of the alphabet: 2 to 26', () => {
    for (const [n, valid] of [
      [1, false],
      [2, true],
      [26, true],
      [27, false],
    ] as const)
      expect(
        askSchema.safeParse({
          question: 'Where?',
          options: Array.from({ length: n }, (_, i) => `place ${i}`),
        }).success,
      ).toBe(valid);
  });

  it('is about a moment from the clip’s start on', () => {
    expect(askSchema.safeParse({ question: 'Where?', as_of_s: 0 }).success).toBe(true);
    for (const moment of [-1, NaN, Infinity, '3'])
      expect(askSchema.safeParse({ question: 'Where?', as_of_s: moment }).success).toBe(false);
  });
});

describe('the query of a list', () => {
  it('asks for 20 unless told otherwise, and for 100 at most', () => {
    expect(listQuerySchema.parse({})).toEqual({ limit: 20 });
    expect(listQuerySchema.parse({ limit: '100', cursor: 'abc' })).toEqual({ limit: 100, cursor: 'abc' });
    for (const limit of ['0', '101', '2.5', 'ten', ''])
      expect(listQuerySchema.safeParse({ limit }).success).toBe(false);
  });
});

describe('the payload of a delivery', () => {
  it('carries ids and nothing else', () => {
    const memory = newId('memory');
    expect(payloadSchemas.perceive.safeParse({ memory_id: memory, chunk: 0 }).success).toBe(true);
    for (const payload of [
      { memory_id: memory },
      { memory_id: memory, chunk: -1 },
      { memory_id: memory, chunk: 0.5 },
      { memory_id: video, chunk: 0 },
      { memory_id: memory, chunk: 0, frames: [] },
    ])
      expect(payloadSchemas.remember.safeParse(payload).success).toBe(false);
    expect(payloadSchemas.answer.safeParse({ question_id: newId('question') }).success).toBe(true);
  });
});
