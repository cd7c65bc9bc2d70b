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
  const neighbours = neighboursOf(votes);
  const open = new Uint8Array(votes.length).fill(1);
  const clusters: Landmark[] = [];
  for (;;) {
    const densest = densestNeighbourhood(votes, neighbours, open);
    if (densest.weight < VOTES.minWeight) return clusters;
    const members = (neighbours[densest.centre] ?? []).filter((index) => open[index] === 1);
    clusters.push(meanOf(members.flatMap((index) => votes[index] ?? [])));
    for (const index of members) open[index] = 0;
  }
}

// The loops below run over every pair of a chunk's votes: they count, since iterators would make an object of
// each pair.

/** Which votes lie near to each, itself among them, in ascending order. */
function neighboursOf(votes: readonly Landmark[]): number[][] {
  const near: number[][] = votes.map(() => []);
  for (let a = 0; a < votes.length; a += 1) {
    for (let b = a; b < votes.length; b += 1) {
      if (!areNear(votes[a], votes[b])) continue;
      near[a]?.push(b);
      if (b > a) near[b]?.push(a);
    }
  }
  return near;
}

const areNear = (a: Landmark | undefined, b: Landmark | undefined): boolean =>
  a !== undefined && b !== undefined && distance(a, b) < VOTES.radius;

/** The open vote whose open neighbours weigh most; of equals the first. */
function densestNeighbourhood(
  votes: readonly Landmark[],
  neighbours: readonly number[][],
  open: Uint8Array,
): { centre: number; weight: number } {
  let densest = -1;
  let most = 0;
  for (let centre = 0; centre < votes.length; centre += 1) {
    if (open[centre] !== 1) continue;
    let weight = 0;
    for (const index of neighbours[centre] ?? []) if (open[index] === 1) weight += votes[index]?.weight ?? 0;
    if (weight <= most) continue;
    densest = centre;
    most = weight;
  }
  return { centre: densest, weight: most };
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
