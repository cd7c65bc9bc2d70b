import type { ReadingTask } from '@loci/contracts';
import { argmax } from './argmax.js';

/** A thing that was mentioned, with the log-probability of each role. */
export interface RoleScores {
  thing: string;
  /** [roles] */
  roles: readonly number[];
}

const NONE = 'none';

/** The roles of a task that one thing has each, and those that several things may have. */
function rolesOf({ slots }: ReadingTask): { single: string[]; many: string[] } {
  const single: string[] = [];
  const many: string[] = [];
  for (const slot of Object.values(slots)) {
    if ('steps' in slot) many.push('step');
    else if ('role' in slot) ('min' in slot ? many : single).push(slot.role);
  }
  return { single: [...new Set(single)], many: [...new Set(many)] };
}

/**
 * The role of each thing, of those that the task has. They are the likeliest ones with which each role of one
 * thing has exactly one category, unless that loses more log-probability than the limit: then the likeliest.
 */
export function assignRoles(
  mentioned: readonly RoleScores[],
  task: ReadingTask | null,
  labels: readonly string[],
  limit: number,
): string[] {
  const { single, many } = task === null ? { single: [], many: [] } : rolesOf(task);
  const indexOf = (role: string): number => labels.indexOf(role);
  const free = [NONE, ...many].map(indexOf);
  const ones = single.map(indexOf);
  const likeliest = mentioned.map(({ roles }) => bestOf(roles, [...free, ...ones]));
  let best = likeliest;
  let bestLoss = limit;
  const things = [...new Set(mentioned.map(({ thing }) => thing))];
  for (const chosen of arrangements(things, ones.length)) {
    const { roles, loss } = rolesWith(chosen, { mentioned, likeliest, free, ones });
    if (loss < bestLoss) [best, bestLoss] = [roles, loss];
  }
  return best.map((role) => labels[role] ?? NONE);
}

interface Choice {
  mentioned: readonly RoleScores[];
  likeliest: readonly number[];
  /** Indices of the roles that any thing may have. */
  free: readonly number[];
  /** Indices of the roles of one thing. */
  ones: readonly number[];
}

/** The likeliest roles when each role of one thing is that of a chosen category, and how much they lose. */
function rolesWith(
  chosen: readonly string[],
  { mentioned, likeliest, free, ones }: Choice,
): { roles: number[]; loss: number } {
  let loss = 0;
  const scoreOf = (mention: number, role: number): number => mentioned[mention]?.roles[role] ?? -Infinity;
  const roles = mentioned.map(({ thing, roles: scores }, mention) => {
    const own = ones.filter((_, place) => chosen[place] === thing);
    const role = bestOf(scores, [...free, ...own]);
    loss += scoreOf(mention, likeliest[mention] ?? role) - scoreOf(mention, role);
    return role;
  });
  for (const [place, role] of ones.entries()) {
    if (roles.includes(role)) continue;
    const named = mentioned.flatMap(({ thing }, mention) => (thing === chosen[place] ? [mention] : []));
    const mention = named[argmax(named.map((index) => scoreOf(index, role)))] ?? 0;
    loss += scoreOf(mention, roles[mention] ?? role) - scoreOf(mention, role);
    roles[mention] = role;
  }
  return { roles, loss };
}

const bestOf = (scores: readonly number[], among: readonly number[]): number =>
  among[argmax(among.map((index) => scores[index] ?? -Infinity))] ?? 0;

/** Every row of so many different values. */
function* arrangements(values: readonly string[], length: number): Generator<string[]> {
  if (length === 0) yield [];
  else
    for (const value of values)
      for (const rest of arrangements(
        values.filter((other) => other !== value),
        length - 1,
      ))
        yield [value, ...rest];
}
