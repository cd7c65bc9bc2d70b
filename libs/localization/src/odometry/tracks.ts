import type { Matches } from './matching.js';

/** Keypoints of two frames that show the same. */
export interface Link {
  from: number;
  to: number;
  /** [M, 2] keypoints of `from` and of `to` */
  matches: Matches;
}

/** One thing's keypoints, at most one a frame: each the frame and its keypoint. */
export type Track = readonly (readonly [frame: number, keypoint: number])[];

/**
 * Joins links into tracks, the earlier links first. A link that would give a track two keypoints of one frame
 * is left out: one of its links is wrong.
 * @param counts keypoints of each frame
 */
export function joinTracks(counts: readonly number[], links: readonly Link[]): Track[] {
  const firsts = [0];
  for (const count of counts) firsts.push((firsts.at(-1) ?? 0) + count);
  const trackOf = Array.from({ length: firsts.at(-1) ?? 0 }, (_, node): number => node);
  const members = new Map<number, [number, number][]>();
  const membersOf = (root: number, frame: number, keypoint: number): [number, number][] =>
    members.get(root) ?? [[frame, keypoint]];
  for (const { from, to, matches } of links)
    for (let m = 0; m < matches.length; m += 2) {
      const [one = 0, other = 0] = [matches[m], matches[m + 1]];
      const rootA = trackOf[(firsts[from] ?? 0) + one] ?? 0;
      const rootB = trackOf[(firsts[to] ?? 0) + other] ?? 0;
      if (rootA === rootB) continue;
      const [a, b] = [membersOf(rootA, from, one), membersOf(rootB, to, other)];
      if (a.some(([frame]) => b.some(([same]) => same === frame))) continue;
      members.set(rootA, [...a, ...b]);
      members.delete(rootB);
      for (const [frame, keypoint] of b) trackOf[(firsts[frame] ?? 0) + keypoint] = rootA;
    }
  return Array.from(members.entries())
    .sort(([one], [other]) => one - other)
    .map(([, track]) => track.toSorted(([one], [other]) => one - other));
}
