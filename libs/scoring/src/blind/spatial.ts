import { numberIn } from '../spatial/answer.js';
import { taskOf } from '../spatial/tasks.js';
import { Categories, optionWords } from './categories.js';
import { bestNumber } from './number.js';

/** A question with its truth: a letter, or a number as text. */
export interface KnownQuestion {
  questionType: string;
  question: string;
  options: readonly string[] | null;
  truth: string;
}

const ORDER = 'obj_appearance_order';
const ANY = '*';
/** Values seen less often are not used; the next coarser value is. */
const ENOUGH = 20;

const letterAt = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

/**
 * A baseline that sees no video: it answers from the statistics of known questions.
 * - A number maximises mean relative accuracy over its question type and the first object asked about.
 * - A choice is the option whose words were right most often; for rarely offered words, the letter that was.
 * - An order is the option whose objects come in their usual order.
 */
export class BlindBaseline {
  readonly #categories: Categories;
  readonly #numbers = new Map<string, number>();
  readonly #offers = new Map<string, { offered: number; right: number }>();
  readonly #places = new Map<string, { seen: number; sum: number }>();

  constructor(known: readonly KnownQuestion[]) {
    this.#categories = new Categories(known);
    const truths = new Map<string, number[]>();
    for (const question of known) {
      if (taskOf(question.questionType).kind === 'choice') this.#learnChoice(question);
      else this.#learnNumber(question, truths);
    }
    for (const [key, values] of truths)
      if (values.length >= ENOUGH || key.endsWith(` ${ANY}`)) this.#numbers.set(key, bestNumber(values));
  }

  /** The guess: a letter, or a number as text; '' when no known question is of this type. */
  answer({ questionType, question, options }: Omit<KnownQuestion, 'truth'>): string {
    if (taskOf(questionType).kind === 'number') {
      const guess =
        this.#numbers.get(`${questionType} ${this.#categories.askedAbout(question)}`) ??
        this.#numbers.get(`${questionType} ${ANY}`);
      return guess === undefined ? '' : guess.toFixed(3);
    }
    const scores = (options ?? []).map((option, index) =>
      questionType === ORDER ? this.#lateness(option) : this.#rate(questionType, option, index),
    );
    return scores.length === 0 ? '' : letterAt(scores.indexOf(Math.max(...scores)));
  }

  #learnNumber({ questionType, question, truth }: KnownQuestion, truths: Map<string, number[]>): void {
    const value = numberIn(truth.trim());
    if (value === null) return;
    for (const asked of [this.#categories.askedAbout(question), ANY]) {
      const key = `${questionType} ${asked}`;
      const values = truths.get(key);
      if (values === undefined) truths.set(key, [value]);
      else values.push(value);
    }
  }

  #learnChoice({ questionType, options, truth }: KnownQuestion): void {
    (options ?? []).forEach((option, index) => {
      const right = letterAt(index) === truth.trim().toUpperCase();
      for (const key of [
        `${questionType} ${optionWords(option)}`,
        `${questionType} ${ANY}${letterAt(index)}`,
      ]) {
        const { offered, right: before } = this.#offers.get(key) ?? { offered: 0, right: 0 };
        this.#offers.set(key, { offered: offered + 1, right: before + (right ? 1 : 0) });
      }
      if (questionType === ORDER && right) this.#learnOrder(option);
    });
  }

  #learnOrder(option: string): void {
    optionWords(option)
      .split(/,\s*/)
      .forEach((name, place) => {
        const { seen, sum } = this.#places.get(name) ?? { seen: 0, sum: 0 };
        this.#places.set(name, { seen: seen + 1, sum: sum + place });
      });
  }

  #rate(questionType: string, option: string, index: number): number {
    const words = this.#offers.get(`${questionType} ${optionWords(option)}`);
    const counted =
      words !== undefined && words.offered >= ENOUGH
        ? words
        : this.#offers.get(`${questionType} ${ANY}${letterAt(index)}`);
    return counted === undefined ? 0 : counted.right / counted.offered;
  }

  /** High when the objects that usually come late come late in this option. */
  #lateness(option: string): number {
    const names = optionWords(option).split(/,\s*/);
    return names.reduce((total, name, place) => {
      const { seen, sum } = this.#places.get(name) ?? { seen: 1, sum: (names.length - 1) / 2 };
      return total + (place * sum) / seen;
    }, 0);
  }
}
