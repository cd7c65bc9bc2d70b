import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bleu4,
  cider,
  cleanAnswer,
  exactMatch,
  meteor,
  questionKind,
  refinedMatch,
  rougeL,
  textScores,
  tokensOf,
  type TextAnswer,
} from '../src/index.js';

interface Published {
  scores: { bleu4: number; rougeL: number; cider: number; meteor: number };
  tokens: [string, string][];
  answers: TextAnswer[];
}
const compared = (given: string, ...references: string[]) => ({
  given: tokensOf(given),
  references: references.map(tokensOf),
});
const words = fc
  .array(fc.constantFrom('red', 'chair', 'near', 'the', 'door', 'two', 'tables', 'left'), {
    minLength: 4,
    maxLength: 9,
  })
  .map((list) => list.join(' '));

describe('exact match', () => {
  it('does not see case, articles, dots, or whether a number is a digit or a word', () => {
    expect(exactMatch('The chair.', ['chair'])).toBe(1);
    expect(exactMatch('2', ['two'])).toBe(1);
    expect(exactMatch('twelve chairs', ['12 chairs'])).toBe(1);
    expect(exactMatch('on a table', ['on the table'])).toBe(1);
    expect(exactMatch('none', ['0'])).toBe(1);
    expect(exactMatch('brown', ['black', 'Brown '])).toBe(1);
  });

  it('does see everything else', () => {
    expect(exactMatch('brown chair', ['chair'])).toBe(0);
    expect(exactMatch('theatre', ['atre'])).toBe(0);
    expect(exactMatch('21', ['two'])).toBe(0);
  });

  it('puts right what the labels have wrong', () =>
    expect(cleanAnswer('to your rigth, behine the chai')).toBe('to your right, behind chair'));

  it('cleans what is clean into itself', () =>
    fc.assert(fc.property(words, (text) => cleanAnswer(cleanAnswer(text)) === cleanAnswer(text))));
});

describe('refined match', () => {
  it('takes an answer that contains a reference, or is contained in one, spaces removed', () => {
    expect(refinedMatch('a brown chair', ['chair'])).toBe(1);
    expect(refinedMatch('chair', ['brown chair'])).toBe(1);
    expect(refinedMatch('arm chair', ['armchair'])).toBe(1);
    expect(refinedMatch('table', ['chair'])).toBe(0);
  });

  it('does not take an empty answer, which every text contains', () => {
    expect(refinedMatch('', ['chair'])).toBe(0);
    expect(refinedMatch('chair', [''])).toBe(0);
  });

  it('takes whatever matches exactly', () =>
    fc.assert(
      fc.property(words, (text) => refinedMatch(text, [text]) === 1 && exactMatch(text, [text]) === 1),
    ));
});

describe('the kinds of SQA3D’s questions', () => {
  it('are how they begin', () => {
    expect(
      ['What color is it?', 'Is it on?', 'How many?', ' can I see it', 'Which way?', 'Am I near?'].map(
        questionKind,
      ),
    ).toEqual(['what', 'is', 'how', 'can', 'which', 'other']);
  });
});

describe('the captioning metrics', () => {
  // as pycocoevalcap computes them, Java programs included
  const published = JSON.parse(
    readFileSync(new URL('fixtures/captions.json', import.meta.url), 'utf8'),
  ) as Published;

  it('split texts as the Stanford tokenizer does', () => {
    for (const [text, tokens] of published.tokens) expect(tokensOf(text).join(' ')).toBe(tokens);
  });

  it('give what the published code gives', () => {
    const found = textScores(published.answers);
    expect(found.bleu4).toBeCloseTo(published.scores.bleu4, 9);
    expect(found.rougeL.score).toBeCloseTo(published.scores.rougeL, 9);
    expect(found.cider.score).toBeCloseTo(published.scores.cider, 9);
  });

  it('differ in METEOR by what synonyms and function words are worth, a point or so', () => {
    expect(Math.abs(textScores(published.answers).meteor - published.scores.meteor)).toBeLessThan(0.015);
  });
});

describe('tokens', () => {
  it('are split as in the Penn Treebank, in lower case, without punctuation', () => {
    expect(tokensOf("It's 2.5 m, isn't it?")).toEqual(['it', "'s", '2.5', 'm', 'is', "n't", 'it']);
    expect(tokensOf('Dark-brown wooden chair; "near" the door.')).toEqual([
      'dark-brown',
      'wooden',
      'chair',
      'near',
      'the',
      'door',
    ]);
    expect(tokensOf(' . ')).toEqual([]);
  });
});

describe('BLEU-4', () => {
  it('is by hand: (4/5 · 3/4 · 2/3 · 1/2)^¼', () =>
    expect(bleu4([compared('a b c d e', 'a b c d f')])).toBeCloseTo(0.2 ** 0.25));
  it('counts a word only as often as a reference has it', () =>
    expect(bleu4([compared('the the the the', 'the cat')])).toBeLessThan(1e-3));
  it('punishes an answer shorter than its nearest reference', () => {
    expect(bleu4([compared('a b c d', 'a b c d e f')])).toBeCloseTo(Math.exp(1 - 6 / 4));
    expect(bleu4([compared('a b c d', 'a b c d e f', 'a b c d')])).toBeCloseTo(1);
  });
  it('sums the counts of the corpus before it divides', () =>
    expect(bleu4([compared('a b c d', 'a b c d'), compared('w x y z', 'a b c d')])).toBeCloseTo(
      (((((((4 / 8) * 3) / 6) * 2) / 4) * 1) / 2) ** 0.25,
    ));
});

describe('ROUGE-L', () => {
  it('is by hand: of "a b c" for "a c" two words in order, precision 2/3, recall 1', () =>
    expect(rougeL(compared('a b c', 'a c'))).toBeCloseTo((2.44 * (2 / 3)) / (1 + 1.44 * (2 / 3))));
  it('is 0 for what has nothing in common, and for nothing', () => {
    expect(rougeL(compared('a', 'b'))).toBe(0);
    expect(rougeL(compared('', 'b'))).toBe(0);
  });
});

describe('METEOR', () => {
  it('is by hand: of "on the table" for "the table" two words in one chunk', () => {
    const mean = 2 / 3 / (0.85 * (2 / 3) + 0.15);
    expect(meteor([compared('on the table', 'the table')])).toBeCloseTo((1 - 0.6 * 0.5 ** 0.2) * mean);
  });
  it('matches words by their stem, for less', () => {
    const stemmed = meteor([compared('two chairs', 'two chair')]);
    expect(stemmed).toBeCloseTo(0.8);
    expect(meteor([compared('two lamps', 'two chair')])).toBeLessThan(stemmed);
  });
  it('takes the best reference, and the alignment with the fewest chunks', () => {
    expect(meteor([compared('red chair', 'blue sofa', 'red chair')])).toBe(1);
    expect(meteor([compared('the door', 'by the wall of the door')])).toBeGreaterThan(
      meteor([compared('the door', 'by the wall of a door')]),
    );
  });
  it('sums the corpus’s counts before it divides, without a chunk where an answer is its reference', () => {
    expect(meteor([compared('red', 'red'), compared('blue', 'blue')])).toBe(1);
    // matched 3 of 4 and of 3 words, in one chunk
    const mean = 0.75 / (0.85 * 0.75 + 0.15);
    expect(meteor([compared('red', 'red'), compared('door red table', 'red table')])).toBeCloseTo(
      (1 - 0.6 * (1 / 3) ** 0.2) * mean,
    );
  });
  it('takes no stem that would be a chunk of its own, as the Java program does not', () =>
    expect(meteor([compared('lamps', 'lamp')])).toBe(0));
  it('is less when the words stand in another order', () =>
    expect(meteor([compared('a b c d', 'a c b d')])).toBeLessThan(meteor([compared('a b c d', 'a b c d')])));
});

describe('CIDEr', () => {
  it('is 10 for the references of answers that have nothing in common', () => {
    const corpus = [
      compared('a red chair stands here', 'a red chair stands here'),
      compared('two tables near some door', 'two tables near some door'),
    ];
    for (const value of cider(corpus)) expect(value).toBeCloseTo(10);
  });
  it('is 2.5 for a single word, which has no longer n-grams', () =>
    expect(cider([compared('red', 'red'), compared('blue', 'blue')])[0]).toBeCloseTo(2.5));
  it('gives nothing for what every reference says', () =>
    expect(cider([compared('yes', 'yes'), compared('yes', 'yes')])).toEqual([0, 0]));
  it('is the mean over the references', () =>
    expect(cider([compared('red', 'red', 'green'), compared('blue', 'blue')])[0]).toBeCloseTo(1.25));
});

describe('all metrics of a corpus', () => {
  it('lie within their bounds, and are highest when the answers are the references', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ answer: words, references: fc.array(words, { minLength: 1, maxLength: 3 }) }), {
          minLength: 1,
          maxLength: 6,
        }),
        (answers) => {
          const found = textScores(answers);
          for (const value of [
            found.exactMatch.score,
            found.refinedMatch.score,
            found.bleu4,
            found.meteor,
            found.rougeL.score,
            found.cider.score / 10,
          ]) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1 + 1e-9);
          }
          const right = textScores(answers.map(({ references }) => ({ answer: references[0]!, references })));
          for (const value of [right.exactMatch.score, right.bleu4, right.meteor, right.rougeL.score])
            expect(value).toBeCloseTo(1);
        },
      ),
    ));
});
