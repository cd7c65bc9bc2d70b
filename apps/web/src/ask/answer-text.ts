import type { Question, TraceItem } from '@loci/contracts';
import { texts } from '../texts.js';

const UNITS: Record<string, string> = { m2: 'm²', ft2: 'ft²' };
/** A unit as a person writes it. */
export const unitText = (unit: string): string => UNITS[unit] ?? unit;

/** The answer as a person reads it: a number with its unit, a choice with its words. */
export function answerText({ answer, options }: Pick<Question, 'answer' | 'options'>): string {
  if (answer === null) return '';
  if (answer.kind === 'number' && answer.unit !== null) return `${answer.text} ${unitText(answer.unit)}`;
  if (answer.kind !== 'choice' || answer.choice === null || options === null) return answer.text;
  const option = options[answer.choice.charCodeAt(0) - 'A'.charCodeAt(0)];
  return option === undefined ? answer.text : option.replace(/^[A-Z][.)]\s+/, '');
}

/** The things that an answer was reasoned from, with what it took of each. */
export function namedItems(trace: readonly TraceItem[]): { key: string; text: string; facts: string }[] {
  return trace.map((item, index) => ({
    key: `${index} ${item.text}`,
    text: item.category ?? item.text,
    facts: [
      ...(item.count === undefined ? [] : [`× ${item.count}`]),
      ...(item.size === undefined ? [] : [texts.ask.size(item.size)]),
      ...(item.first_seen_s === undefined ? [] : [texts.ask.firstSeen(item.first_seen_s)]),
    ].join(', '),
  }));
}
