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
  const near = votes.map((vote) => votes.flatMap((other, index) => (apart(vote, other) < REACH ? [index] : [])));
  const open = new Set(votes.keys());
  const found: Landmark[] = [];
  for (;;) {
    const best = heaviest(votes, near, open);
    if (best === null || best.weight < LEAST) return found;
    found.push(meanOf(best.members));
    for (const index of best.indices) open.delete(index);
  }
}

interface Cluster {
  indices: number[];
  members: Landmark[];
  weight: number;
}

/** The open vote's neighbourhood with the most weight; the first of equals. */
function heaviest(votes: readonly Landmark[], near: readonly number[][], open: ReadonlySet<number>): Cluster | null {
  let best: Cluster | null = null;
  for (const centre of open) {
    const indices = (near[centre] ?? []).filter((index) => open.has(index));
    const members = indices.flatMap((index) => votes[index] ?? []);
    const weight = members.reduce((sum, member) => sum + member.weight, 0);
    if (best === null || weight > best.weight) best = { indices, members, weight };
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
