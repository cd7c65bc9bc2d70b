import { readAnswer } from '../reading/answer.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { putOf, type AskerParts, type Part } from './asker.js';

/** What the answer graph itself answers to a question. */
export async function graphPart(question: CanonicalQuestion, parts: AskerParts): Promise<Part> {
  const written = await parts.ask(putOf(question));
  return { written, answer: readAnswer(question, { ...parts, ...written }) };
}
