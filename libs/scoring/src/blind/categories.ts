/** Question types whose options name objects, one or more per option. */
const NAMING = new Set([
  'object_rel_distance',
  'obj_appearance_order',
  'object_size_comparison',
  'camera_obj_rel_dist_v1',
  'camera_obj_rel_dist_v2',
  'camera_obj_rel_dist_v3',
]);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The forms in which a question may name an object: "shelf", "shelves", "shelf(s)". */
const formsOf = (name: string): string[] => [
  name,
  `${name}(s)`,
  `${name}s`,
  `${name}es`,
  name.replace(/fe?$/, 'ves'),
];

/** An option without its letter. */
export const optionWords = (option: string): string => option.replace(/^\s*\(?[A-Za-z][.):]\s*/, '').trim();

/**
 * Finds the first object that a question asks about, among those that the options of known questions name.
 */
export class Categories {
  readonly #nameOf: Map<string, string>;
  readonly #named: RegExp | null;

  constructor(questions: Iterable<{ questionType: string; options: readonly string[] | null }>) {
    const names = new Set<string>();
    for (const { questionType, options } of questions) {
      if (!NAMING.has(questionType)) continue;
      for (const option of options ?? [])
        for (const name of optionWords(option).toLowerCase().split(/,\s*/)) names.add(name);
    }
    names.delete('');
    this.#nameOf = new Map(
      Array.from(names).flatMap((name) => formsOf(name).map((form) => [form, name] as const)),
    );
    const longestFirst = [...this.#nameOf.keys()].sort((a, b) => b.length - a.length);
    this.#named =
      longestFirst.length === 0
        ? null
        : new RegExp(`(?<![a-z])(?:${longestFirst.map(escaped).join('|')})(?![a-z])`);
  }

  /** The first object that the question names; '' when it names none. */
  askedAbout(question: string): string {
    return this.#nameOf.get(this.#named?.exec(question.toLowerCase())?.[0] ?? '') ?? '';
  }
}
