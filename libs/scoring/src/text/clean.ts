const NUMBER_WORDS = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
  ...[
    'eleven',
    'twelve',
    'thirteen',
    'fourteen',
    'fifteen',
    'sixteen',
    'seventeen',
    'eighteen',
    'nineteen',
    'twenty',
  ],
];

/** Misspellings and synonyms in the labels of SQA3D, as its evaluations correct them. */
const CORRECTIONS = new Map([
  ...Object.entries({
    letf: 'left',
    let: 'left',
    tehre: 'there',
    rigth: 'right',
    rght: 'right',
    behine: 'behind',
    chai: 'chair',
  }),
  ...Object.entries({
    wasing: 'washing',
    waslked: 'walked',
    oclock: "o'clock",
    none: 'zero',
    backwards: 'backward',
  }),
]);

/**
 * An answer as the exact match of ScanQA and SQA3D compares it: in lower case, without punctuation and
 * articles, with numbers up to 20 as words and the labels' misspellings corrected.
 */
export function cleanAnswer(answer: string): string {
  return answer
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^a-z0-9,'\s:-]+/g, '')
    .replace(/\bo'\s+clock\b/g, "o'clock")
    .replace(
      /[a-z]+|\b\d+\b/g,
      (word) => CORRECTIONS.get(word) ?? NUMBER_WORDS[/^\d/.test(word) ? Number(word) : -1] ?? word,
    )
    .replace(/\b([a-z]+)\d\b/g, '$1')
    .replace(/\b(?:an?|the)\s+(?=[a-z])/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** EM@1: 1 when an answer equals a reference, both cleaned; else 0. */
export function exactMatch(answer: string, references: readonly string[]): number {
  const given = cleanAnswer(answer);
  return references.some((reference) => cleanAnswer(reference) === given) ? 1 : 0;
}

/**
 * EM-R@1: 1 when an answer contains a reference or is contained in one, without spaces; else 0. An empty
 * answer is contained in every text, and counts as wrong.
 */
export function refinedMatch(answer: string, references: readonly string[]): number {
  const given = cleanAnswer(answer).replaceAll(' ', '');
  const matches = (reference: string) =>
    reference !== '' && (given.includes(reference) || reference.includes(given));
  return given !== '' && references.some((reference) => matches(cleanAnswer(reference).replaceAll(' ', '')))
    ? 1
    : 0;
}

/** The kinds of SQA3D's questions, by their first words. */
export const QUESTION_KINDS = ['what', 'is', 'how', 'can', 'which', 'other'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

/** The kind of a question. */
export function questionKind(question: string): QuestionKind {
  const begins = question.trim().toLowerCase();
  return QUESTION_KINDS.find((kind) => kind !== 'other' && begins.startsWith(kind)) ?? 'other';
}
