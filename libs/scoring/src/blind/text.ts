import { cleanAnswer, questionKind } from '../text/clean.js';

/** Guesses answers in words: the most frequent answer to questions of the same kind, else of any kind. */
export class BlindText {
  readonly #answers = new Map<string, Map<string, number>>();

  constructor(known: readonly { question: string; references: readonly string[] }[]) {
    for (const { question, references } of known) {
      for (const kind of [questionKind(question), '*']) {
        const counts = this.#answers.get(kind) ?? new Map<string, number>();
        for (const reference of references.map(cleanAnswer))
          counts.set(reference, (counts.get(reference) ?? 0) + 1);
        this.#answers.set(kind, counts);
      }
    }
  }

  /** The guess; '' without known questions. */
  answer(question: string): string {
    const counts =
      this.#answers.get(questionKind(question)) ?? this.#answers.get('*') ?? new Map<string, number>();
    return [...counts].reduce<[string, number]>(
      (best, each) => (each[1] > best[1] ? each : best),
      ['', 0],
    )[0];
  }
}
