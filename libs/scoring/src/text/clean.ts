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

/** Words that the labels of SQA3D have wrong, and others that mean the same, as its evaluations put them right. */
const RIGHTED = new Map([
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
 * An answer as the exact match of ScanQA and SQA3D compares it: lower case, punctuation set aside, digits up to 20 as
 * words, articles before a word dropped, the labels' misspellings put right.
 */
export function cleanAnswer(answer: string): string {
  return answer
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^a-z0-9,'\s:-]+/g, '')
    .replace(/\bo'\s+clock\b/g, "o'clock")
    .replace(
      /[a-z]+|\b\d+\b/g,
      (word) => RIGHTED.get(word) ?? NUMBER_WORDS[/^\d/.test(word) ? Number(word) : -1] ?? word,
    )
    .replace(/\b([a-z]+)\d\b/g, '$1')
    .replace(/\b(?:an?|the)\s+(?=[a-z])/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** EM@1: whether an answer is one of the references, both cleaned. */
export function exactMatch(answer: string, references: readonly string[]): number {
  const given = cleanAnswer(answer);
  return references.some((reference) => cleanAnswer(reference) === given) ? 1 : 0;
}

/** EM-R@1: whether an answer and a reference contain one another, spaces removed. An empty answer, which is in every text, counts as wrong. */
export function refinedMatch(answer: string, references: readonly string[]): number {
  const given = cleanAnswer(answer).replaceAll(' ', '');
  const within = (reference: string) =>
    reference !== '' && (given.includes(reference) || reference.includes(given));
  return given !== '' && references.some((reference) => within(cleanAnswer(reference).replaceAll(' ', '')))
    ? 1
    : 0;
}

/** The kinds in which SQA3D's questions are reported, by how they begin. */
export const QUESTION_KINDS = ['what', 'is', 'how', 'can', 'which', 'other'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

/** The kind of a question. */
export function questionKind(question: string): QuestionKind {
  const begins = question.trim().toLowerCase();
  return QUESTION_KINDS.find((kind) => kind !== 'other' && begins.startsWith(kind)) ?? 'other';
}
