import type { QuizQuestion, QuizResult } from '@loci/contracts';
import { unitText } from '../ask/answer-text.js';

/** How far a round is: what was answered, and whether the last answer is still looked at. */
export interface Progress {
  answers: readonly string[];
  checked: boolean;
}

export const BEGUN: Progress = { answers: [], checked: false };

export const answered = ({ answers }: Progress, answer: string): Progress => ({
  answers: [...answers, answer],
  checked: true,
});

export const next = (progress: Progress): Progress => ({ ...progress, checked: false });

/** Which question is asked or looked at; as many as there are once the round is over. */
export const currentIndex = ({ answers, checked }: Progress): number => answers.length - (checked ? 1 : 0);

export interface Standing {
  person: number;
  /** Null while Loci has answered nothing. */
  loci: number | null;
  /** Null where there are no blind guesses. */
  blind: number | null;
}

const mean = (shares: readonly number[]): number | null =>
  shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;

/** Mean shares of the points, 0 to 1, each over the questions whose score is known. */
export const standing = (results: readonly QuizResult[]): Standing => ({
  person: mean(results.map(({ score }) => score)) ?? 0,
  loci: mean(results.flatMap(({ loci }) => loci.score ?? [])),
  blind: mean(results.flatMap(({ blind }) => blind?.score ?? [])),
});

/** Whether Loci still thinks about a question. */
export const isThinking = ({ loci }: QuizResult): boolean => loci.status === 'queued';

/** A number as people write one: with a comma, spaces, a unit. Null: it is none. */
export function numberIn(text: string): number | null {
  const [, digits = ''] = /^\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*(?:\p{L}+[²³\d]?|%)?\s*$/u.exec(text) ?? [];
  return digits === '' ? null : Number(digits.replace(',', '.'));
}

/** An option without its letter. */
export const optionText = (option: string): string => option.replace(/^[A-Z][.)]\s+/, '');

/** What an answer says: an option's words for its letter, a number to hundredths with its unit. */
export function spoken({ options, unit }: Pick<QuizQuestion, 'options' | 'unit'>, answer: string): string {
  const option = options?.[answer.charCodeAt(0) - 'A'.charCodeAt(0)];
  if (option !== undefined) return optionText(option);
  const number = Number(answer);
  const short = Number.isNaN(number) ? answer : String(Math.round(number * 100) / 100);
  return unit === null ? short : `${short} ${unitText(unit)}`;
}
