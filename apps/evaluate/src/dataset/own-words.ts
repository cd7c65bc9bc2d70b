import { z } from 'zod';

/** The question type of what nobody can answer from the video. */
export const UNANSWERABLE = 'none';

/** How a question in a person's own words is to be taken, as its record says. */
export const ownWordsSchema = z.object({
  /** The wording that means the same; null of an unanswerable question. */
  canonical: z.string().nullable(),
  /** A choice that names no options, neither beside the question nor in its sentence. */
  open: z.boolean().default(false),
  /** Every thing that the question names; a category of null is unknown, a role of null is in passing. */
  things: z.array(
    z.object({ text: z.string(), category: z.string().nullable(), role: z.string().nullable() }),
  ),
  /** Why it cannot be answered; null where it can. */
  reason: z.string().nullable(),
});
export type OwnWords = z.infer<typeof ownWordsSchema>;

/** The roles of a reader, by those that the records use. */
const ROLES: Record<string, string> = {
  counted: 'target',
  measured: 'target',
  standing: 'at',
  start: 'at',
  second: 'first',
};

/** The two ends of a distance may change places, and lists have candidates or a route's stops. */
function roleOf(role: string, task: string): string {
  const known = ROLES[role] ?? role;
  if (known === 'listed') return task === 'route_planning' ? 'step' : 'candidate';
  return known;
}

interface NamedThing {
  category: string | null;
  role: string | null;
}

/**
 * The things of a question with what they are to it, told once each: for comparing two readings of it. The
 * last stop of a route is its goal where none is named as such, and a goal is no stop.
 */
export function thingsAsked(things: readonly NamedThing[], task: string): string {
  const asked = things.flatMap(({ category, role }) =>
    role === null || role === 'none' ? [] : [{ category: category ?? 'unknown', role: roleOf(role, task) }],
  );
  const named = asked.filter(({ role }) => role === 'goal');
  const goals = named.length > 0 ? named : asked.filter(({ role }) => role === 'step').slice(-1);
  const isGoal = (thing: string): boolean => goals.some(({ category }) => category === thing);
  const told = [
    ...asked.filter(({ category, role }) => role !== 'goal' && (role !== 'step' || !isGoal(category))),
    ...goals.map(({ category }) => ({ category, role: 'goal' })),
  ];
  return [...new Set(told.map(({ category, role }) => `${role} ${category}`))].sort().join(', ');
}
