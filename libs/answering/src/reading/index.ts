/**
 * From anybody's words to the canonical question that the answer graph is asked, and from its answer back.
 */
export { readAnswer, refusedAnswer } from './answer.js';
export {
  composeQuestion,
  type CanonicalQuestion,
  type ComposeInput,
  type RefusedQuestion,
} from './compose.js';
export type { CallThing, Mention, ReadingScores } from './mentions.js';
export { parseMoment, type Clock, type ParsedMoments } from './moments.js';
export { EMPTY_READING, readingOf, type Reading } from './reading.js';
export { refuse, type ReadingManifest, type Refusal } from './refusals.js';
export { inUnit, unitFor, type Measured } from './units.js';
export { splitWords, type PlacedText, type PlacedWord, type Word } from './words.js';
