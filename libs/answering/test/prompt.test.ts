import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseOptions, optionLetter, prompt } from '../src/index.js';

/** Option texts that are not themselves lettered. */
const anyOption = fc.constantFrom(
  'chair',
  'coffee table',
  '3',
  '2.5 m',
  'a lamp',
  'B-side shelf',
  'U.S. flag',
  'front-left',
  'bed, sofa, lamp, door',
  'Éclair',
);
const anyOptions = fc.array(anyOption, { minLength: 2, maxLength: 26 });
const anyLettering = fc.constantFrom<(letter: string, text: string) => string>(
  (letter, text) => `${letter}. ${text}`,
  (letter, text) => `${letter.toLowerCase()}) ${text}`,
  (letter, text) => `(${letter}) ${text}`,
  (letter, text) => `${letter}: ${text}`,
  (letter, text) => ` ${letter}.${text} `,
  (letter, text) => `${letter} - ${text}`,
);

describe('the options of a question', () => {
  it('are the same with and without their letters', () => {
    fc.assert(
      fc.property(anyOptions, anyLettering, (options, lettering) => {
        const lettered = options.map((option, i) => lettering(optionLetter(i), option));
        expect(normaliseOptions(lettered)).toEqual(options);
        expect(prompt('Where?', lettered)).toBe(prompt('Where?', options));
      }),
    );
  });

  it('keep what only looks like a letter', () => {
    for (const options of [
      ['chair', 'b) lamp'],
      ['B. lamp', 'A. chair'],
      ['a', 'b'],
      ['A.', 'B.'],
      ['A lamp', 'B side'],
      ['A. chair', 'lamp'],
    ])
      expect(normaliseOptions(options)).toEqual(options);
  });

  it('are normalised once and for all', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        expect(normaliseOptions(normaliseOptions(options))).toEqual(normaliseOptions(options));
      }),
    );
  });
});

describe('the prompt', () => {
  it('is the question alone where there are no options', () => {
    expect(prompt('How many chairs?', null)).toBe('How many chairs?');
    expect(prompt('How many chairs?', [])).toBe('How many chairs?');
  });

  it('has the options below the question, lettered, one a line', () => {
    expect(prompt('Which is nearest?', ['chair', 'lamp', 'bed'])).toBe(
      'Which is nearest?\nOptions:\nA. chair\nB. lamp\nC. bed',
    );
  });
});
