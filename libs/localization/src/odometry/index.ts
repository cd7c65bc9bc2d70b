/** How a camera moved, by what its pictures show: keypoints in, poses out. */
export { atOnce } from './at-once.js';
export type { Keypoints, Pinhole } from './keypoints.js';
export {
  estimatingPath,
  estimatingPathAndLens,
  scaleErrorOf,
  type EstimatedChunk,
  type PathBefore,
  type PathOptions,
  type SeenPoint,
} from './path.js';
export { scaleFromSchema, type ScaleFrom } from './path-world.js';
export { pictureLens, PictureRelations, picturesOf, picturesPerFrame, sharedPictures } from './pictures.js';
export type { MatchedPictures, RelatedPictures } from './relations.js';
export { seeingFrom } from './seen-from.js';
export { decodePath, decodeRelated, encodePath, encodeRelated } from './stored.js';
export type { Pose } from './triangulation.js';
