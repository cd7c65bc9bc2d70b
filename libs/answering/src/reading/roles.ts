import type { ReadingTask } from '@loci/contracts';
import { argmax } from './argmax.js';

/** A thing that was mentioned, with the log-probability of each role. */
export interface RoleScores {
  thing: string;
  /** [roles] */
  roles: readonly number[];
}

const NONE = 'none';
const OTHER = 'other';
/** More different things than these are not shared out: the ways to do it grow with their third power. */
const MAX_SHARED = 8;

interface TaskRoles {
  /** Roles that one thing has each. */
  single: string[];
  /** Roles that several things may have. */
  many: string[];
  /** Roles of one thing in the end, with those that stand in for them: a route's goal, and its stops. */
  instead: { role: string; other: string }[];
}

function rolesOf({ slots }: ReadingTask): TaskRoles {
  const single: string[] = [];
  const many: string[] = [];
  const instead: TaskRoles['instead'] = [];
  for (const slot of Object.values(slots)) {
    if ('steps' in slot) many.push('step');
    else if (!('role' in slot)) continue;
    else if ('min' in slot) many.push(slot.role);
    else if (slot.else === undefined) single.push(slot.role);
    else {
      many.push(slot.role, slot.else);
      instead.push({ role: slot.role, other: slot.else });
    }
  }
  return { single: [...new Set(single)], many: [...new Set(many)], instead };
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
  const { single, many, instead } = task === null ? { single: [], many: [], instead: [] } : rolesOf(task);
  const indexOf = (role: string): number => labels.indexOf(role);
  const free = [NONE, ...many].map(indexOf);
  const ones = single.map(indexOf);
  const likeliest = mentioned.map(({ roles }) => bestOf(roles, [...free, ...ones]));
  const things = [...new Set(mentioned.map(({ thing }) => thing))];
  const ways = { mentioned, likeliest, free, ones };
  let best = shared(things, limit, ways) ?? likeliest;
  const isUnknown = (mention: number) => mentioned[mention]?.thing === OTHER;
  // of two things or more, what is not known is named in passing where known things are enough; the one thing
  // of a task it may well be: "how tall is the statue next to the lamp"
  if (ones.length > 1 && best.some((role, mention) => ones.includes(role) && isUnknown(mention))) {
    const known = things.filter((thing) => thing !== OTHER);
    best = shared(known, limit, ways) ?? best;
  }
  return instead
    .map(({ role, other }) => ({ role: indexOf(role), other: indexOf(other) }))
    .reduce((roles, pair) => oneThing(roles, mentioned, { ...pair, none: indexOf(NONE), ones, limit }), best)
    .map((role) => labels[role] ?? NONE);
}

/**
 * The likeliest roles with which each role of one thing is that of one of some things; null where all lose
 * more than `limit`.
 */
function shared(among: readonly string[], limit: number, choice: Choice): number[] | null {
  let best: number[] | null = null;
  let bestLoss = limit;
  for (const chosen of among.length > MAX_SHARED ? [] : arrangements(among, choice.ones.length)) {
    const { roles, loss } = rolesWith(chosen, choice);
    if (loss < bestLoss) [best, bestLoss] = [roles, loss];
  }
  return best;
}

/** A role of one thing in the end, and the one that stands in for it. */
interface Instead {
  role: number;
  other: number;
  none: number;
  ones: readonly number[];
  limit: number;
}

/**
 * A role of one thing: the likeliest of those that have it keeps it, else the last of the other role takes
 * it, or what is named in passing where that is not much likelier. It is none that has a role of one thing
 * already, where there is another: no way ends at what is faced.
 */
function oneThing(
  roles: number[],
  mentioned: readonly RoleScores[],
  { role, other, none, ones, limit }: Instead,
): number[] {
  // all that is not known has one label, and may be several things
  const taken = new Set(
    mentioned.flatMap(({ thing }, mention) =>
      thing !== OTHER && ones.includes(roles[mention] ?? -1) ? thing : [],
    ),
  );
  const having = (own: number, isFree: boolean): number[] =>
    roles.flatMap((each, mention) =>
      each === own && !(isFree && taken.has(mentioned[mention]?.thing ?? '')) ? [mention] : [],
    );
  const scoreOf = (mention: number, own: number): number => mentioned[mention]?.roles[own] ?? -Infinity;
  const likeliest = (mentions: readonly number[]) =>
    mentions[argmax(mentions.map((mention) => scoreOf(mention, role)))];
  const chosen =
    likeliest(having(role, true)) ??
    having(other, true).at(-1) ??
    likeliest(having(role, false)) ??
    having(other, false).at(-1) ??
    likeliest(
      having(none, true).filter((mention) => scoreOf(mention, none) - scoreOf(mention, role) < limit),
    );
  if (chosen === undefined) return roles;
  const thing = mentioned[chosen]?.thing;
  const isTold = having(role, false).includes(chosen);
  return roles.map((own, mention) => {
    if (mention === chosen) return role;
    return own === role && !(isTold && mentioned[mention]?.thing === thing) ? other : own;
  });
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
