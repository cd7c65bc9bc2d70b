import { distance } from '../geometry/rigid-transform-2d.js';
import { VOTES } from '../parameters.js';
import type { Landmark } from './landmark.js';

/**
 * The objects that votes are for. Category by category in the order of their numbers, each time where the
 * votes that are still open weigh most within reach of one of them.
 */
export function clusterVotes(votes: readonly Landmark[]): Landmark[] {
  const categories = [...new Set(votes.map(({ category }) => category))].sort((a, b) => a - b);
  return categories.flatMap((category) => clustersOf(votes.filter((vote) => vote.category === category)));
}

/** Of votes of one category. */
function clustersOf(votes: readonly Landmark[]): Landmark[] {
  const neighbours = votes.map((vote) => within(votes, vote));
  const open = new Set(votes.keys());
  const clusters: Landmark[] = [];
  for (;;) {
    const densest = densestNeighbourhood(votes, neighbours, open);
    if (densest.weight < VOTES.minWeight) return clusters;
    const members = (neighbours[densest.centre] ?? []).filter((index) => open.has(index));
    clusters.push(meanOf(members.flatMap((index) => votes[index] ?? [])));
    for (const index of members) open.delete(index);
  }
}

/** Which votes lie near to one. There are many pairs, so nothing is made for those that do not. */
function within(votes: readonly Landmark[], vote: Landmark): number[] {
  const near: number[] = [];
  for (const [index, other] of votes.entries()) if (distance(vote, other) < VOTES.radius) near.push(index);
  return near;
}

/** The open vote whose open neighbours weigh most; of equals the first. */
function densestNeighbourhood(
  votes: readonly Landmark[],
  neighbours: readonly number[][],
  open: ReadonlySet<number>,
): { centre: number; weight: number } {
  let densest = { centre: -1, weight: 0 };
  for (const centre of open) {
    let weight = 0;
    for (const index of neighbours[centre] ?? []) if (open.has(index)) weight += votes[index]?.weight ?? 0;
    if (weight > densest.weight) densest = { centre, weight };
  }
  return densest;
}

function meanOf(members: readonly Landmark[]): Landmark {
  let [x, y, z, weight, news] = [0, 0, 0, 0, 0];
  for (const member of members) {
    x += member.weight * member.x;
    y += member.weight * (member.y ?? 0);
    z += member.weight * member.z;
    weight += member.weight;
    news += member.news;
  }
  const [first] = members;
  if (first === undefined) throw new RangeError('the mean of no votes');
  return { ...first, x: x / weight, y: y / weight, z: z / weight, weight, news };
}
