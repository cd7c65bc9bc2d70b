import { RefusedError } from '@loci/client';
import { PROBLEM_TYPE_BASE, type Problem } from '@loci/contracts';
import { texts } from '../texts.js';

/** One sentence for a person: the page's own words where it has some, else the service's. */
export function sentenceOf(problem: Problem): string {
  const name = problem.type.slice(PROBLEM_TYPE_BASE.length);
  const known: Record<string, string> = texts.problems;
  const detail = problem.detail === undefined ? '' : ` ${problem.detail}`;
  return (known[name] ?? `${problem.title}.`) + detail.replace(/[^.]$/, '$&.');
}

/** What went wrong in a call, as one sentence. */
export function sentenceOfError(error: unknown): string {
  if (error instanceof RefusedError)
    return error.problem === null ? error.message : sentenceOf(error.problem);
  return texts.noAnswer;
}

/** Whether the API answered a call with this HTTP status. */
const isRefused = (error: unknown, status: number): boolean =>
  error instanceof RefusedError && error.status === status;

export const needsKey = (error: unknown): boolean => isRefused(error, 401);
export const isForbidden = (error: unknown): boolean => isRefused(error, 403);
export const isMissing = (error: unknown): boolean => isRefused(error, 404);

/** A refusal stays one; a service that is away comes back. */
export const isFinal = (error: unknown): boolean => error instanceof RefusedError && error.status < 500;
