import { estimate, type Estimate } from '../estimate.js';
import { bleu4 } from './bleu.js';
import { cider } from './cider.js';
import { exactMatch, refinedMatch } from './clean.js';
import { meteor } from './meteor.js';
import { rougeL } from './rouge.js';
import { tokensOf } from './tokens.js';

/** An answer in words, and the answers that people gave. */
export interface TextAnswer {
  answer: string;
  references: readonly string[];
}

/** The metrics of ScanQA and SQA3D over a corpus, 0 to 1; CIDEr is 0 to 10. */
export interface TextScores {
  exactMatch: Estimate;
  refinedMatch: Estimate;
  bleu4: number;
  meteor: number;
  rougeL: Estimate;
  cider: Estimate;
}

/**
 * All metrics of answers in words.
 * @throws RangeError without any
 */
export function textScores(answers: readonly TextAnswer[]): TextScores {
  const corpus = answers.map(({ answer, references }) => ({
    given: tokensOf(answer),
    references: references.map(tokensOf),
  }));
  return {
    exactMatch: estimate(answers.map(({ answer, references }) => exactMatch(answer, references))),
    refinedMatch: estimate(answers.map(({ answer, references }) => refinedMatch(answer, references))),
    bleu4: bleu4(corpus),
    meteor: meteor(corpus),
    rougeL: estimate(corpus.map(rougeL)),
    cider: estimate(cider(corpus)),
  };
}
