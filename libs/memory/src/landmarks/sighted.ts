import type { Landmark } from './landmark.js';
import { apart } from './motion.js';

/** Metres: votes this close to one another are for one object. */
const REACH = 0.5;
/** Votes that together weigh less are no sighting. */
const LEAST = 2;

/**
 * The objects that votes (each a category, a place and a weight) are for: category by category in the order of their
 * numbers, each time where most votes that are still open lie within reach.
 */
export function sighted(votes: readonly Landmark[]): Landmark[] {
  const kinds = [...new Set(votes.map(({ category }) => category))].sort((a, b) => a - b);
  return kinds.flatMap((kind) => ofOneKind(votes.filter(({ category }) => category === kind)));
}

function ofOneKind(votes: readonly Landmark[]): Landmark[] {
  const near = votes.map((vote) =>
    votes.flatMap((other, index) => (apart(vote, other) < REACH ? [index] : [])),
  );
  const open = new Set(votes.keys());
  const found: Landmark[] = [];
  for (;;) {
    const best = heaviest(votes, near, open);
    if (best.weight < LEAST) return found;
    const members = (near[best.centre] ?? []).filter((index) => open.has(index));
    found.push(meanOf(members.flatMap((index) => votes[index] ?? [])));
    for (const index of members) open.delete(index);
  }
}

/** The open vote whose open neighbourhood weighs most; the first of equals. */
function heaviest(
  votes: readonly Landmark[],
  near: readonly number[][],
  open: ReadonlySet<number>,
): { centre: number; weight: number } {
  let best = { centre: -1, weight: 0 };
  for (const centre of open) {
    let weight = 0;
    for (const index of near[centre] ?? []) if (open.has(index)) weight += votes[index]?.weight ?? 0;
    if (weight > best.weight) best = { centre, weight };
  }
  return best;
}

function meanOf(members: readonly Landmark[]): Landmark {
  let [x, z, weight] = [0, 0, 0];
  for (const member of members) {
    x += member.weight * member.x;
    z += member.weight * member.z;
    weight += member.weight;
  }
  return { category: members[0]?.category ?? 0, x: x / weight, z: z / weight, weight };
}
