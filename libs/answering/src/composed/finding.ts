import type { TraceItem } from '@loci/contracts';
import type { EvidenceEntry } from '@loci/memory';
import { chosenLetter, evidenceOf, type ComposedAnswer } from '../answer.js';
import { confidenceOn } from '../confidence.js';
import { optionLetter } from '../prompt.js';
import { refusedAnswer } from '../reading/answer.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { refuse } from '../reading/refusals.js';
import type { AskerParts, Part } from './asker.js';

/** So many entries stand for an answer at most, as for that of a single question. */
const MOST_EVIDENCE = 5;

/** What was found out for a question, before it is put into the form of an answer. */
export interface Finding {
  /** A number; null of an answer in words. */
  value: number | null;
  unit: string | null;
  text: string;
  confidence: number;
  /** The questions that it rests on. */
  parts: readonly Part[];
  trace: TraceItem[];
  /** The option that says the same; where it is not given, the one whose words are the text's. */
  option?: number | undefined;
}

/** A finding as an answer: the letter of the person's own option where they gave some. */
export function answerOf(
  finding: Finding,
  { options, hasGiven, understood }: CanonicalQuestion,
  parts: AskerParts,
): ComposedAnswer {
  const { manifest, novelty } = parts;
  const evidence = evidenceOf(mergedEvidence(finding.parts));
  const { value, unit, text, trace } = finding;
  const claimed = { confidence: finding.confidence, isNumber: value !== null };
  const confidence = confidenceOn(novelty, claimed, manifest);
  const answer: ComposedAnswer = {
    ...{ text, kind: value === null ? 'text' : 'number', value, unit, choice: null, confidence, trace },
    out_of_domain: { score: novelty, flag: novelty > manifest.out_of_domain.threshold },
    ...{ supported: true, understood, reason: null, message: null, evidence },
  };
  if (!hasGiven || options === null) return answer;
  const choice =
    finding.option === undefined
      ? chosenLetter(value === null ? text : String(value), options)
      : optionLetter(finding.option);
  return choice === null
    ? { ...refusedAnswer({ refusal: refuse('unclear', manifest), understood }, parts), trace, evidence }
    : { ...answer, kind: 'choice', text: choice, choice, value: null, unit: null };
}

/** The entries that the parts of an answer attended to, each part with the same share. */
export function mergedEvidence(parts: readonly Part[]): EvidenceEntry[] {
  const entries = parts.flatMap(({ written }) => written.evidence);
  const same = Map.groupBy(entries, ({ entryKind, slot }) => `${entryKind} ${slot}`);
  return Array.from(same.values())
    .flatMap((group) => {
      const weight = group.reduce((sum, entry) => sum + entry.weight, 0) / parts.length;
      return group.slice(0, 1).map((entry) => ({ ...entry, weight: Math.min(1, weight) }));
    })
    .toSorted((one, other) => other.weight - one.weight)
    .slice(0, MOST_EVIDENCE);
}

/** As sure as the least sure of its parts. */
export const leastSure = (parts: readonly Part[]): number =>
  Math.min(...parts.map(({ answer }) => answer.confidence));

export const traceOf = (parts: readonly Part[]): TraceItem[] => parts.flatMap(({ answer }) => answer.trace);
