/** How a camera moved, by what its pictures show: keypoints in, poses without scale out. */
export {
  followChunk,
  followClip,
  relateAll,
  type FollowedChunk,
  type FollowedClip,
  type FollowedFrames,
} from './follow.js';
export type { Keypoints, Pinhole } from './keypoints.js';
export type { Placed } from './reconstruction.js';
export type { Relation } from './relations.js';
export type { Pose } from './triangulation.js';
