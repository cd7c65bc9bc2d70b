/** How a camera moved, by what its pictures show: keypoints in, poses out. */
export {
  COMPARED_APART,
  followChunk,
  followClip,
  relateAll,
  relateWithEarlier,
  type FollowedChunk,
  type FollowedClip,
  type FollowedFrames,
} from './follow.js';
export { lensIn, type Keypoints, type Pinhole } from './keypoints.js';
export {
  estimatingPath,
  scaleFromSchema,
  type EstimatedChunk,
  type PathOptions,
  type ScaleFrom,
  type SeenPoint,
} from './path.js';
export type { Placed } from './reconstruction.js';
export type { RelatedPictures, Relation, SeenPicture } from './relations.js';
export { isRemembered, looksOf } from './remembered-views.js';
export { seeingFrom } from './seen-from.js';
export { decodePath, decodeRelated, encodePath, encodeRelated } from './stored.js';
export type { Pose } from './triangulation.js';
