/** Where each frame's camera stood: one door, localizeChunk, and what callers keep between chunks. Pure. */
export {
  decodeCamera,
  encodeCamera,
  givenCamera,
  storedCamera,
  type EstimatedPath,
  type SeenThrough,
  type FilmedClip,
  type GivenCamera,
} from './camera/given-camera.js';
export { seenThrough } from './camera/lens.js';
export { readTrajectory, type StampedPose } from './camera/read-trajectory.js';
export { quaternionOf, toTum, type TimedPose } from './camera/write-tum.js';
export { CameraError } from './errors.js';
export { rotationOf } from './geometry/quaternion.js';
export { composeSim3, invertSim3, sim3, sim3ToMatrix, type Sim3 } from './geometry/sim3.js';
export { umeyama } from './geometry/umeyama.js';
export { knownGlimpses, knownLandmarks, knownOccupancy } from './known-landmarks.js';
export { selectKeyframes, type KeyframeSelection, type KeyframeView } from './keyframes.js';
export * from './localize-chunk.js';
export {
  atOnce,
  decodePath,
  decodeRelated,
  encodePath,
  encodeRelated,
  estimatingPath,
  estimatingPathAndLens,
  pictureLens,
  PictureRelations,
  picturesOf,
  picturesPerFrame,
  scaleErrorOf,
  scaleFromSchema,
  seeingFrom,
  sharedPictures,
  type EstimatedChunk,
  type MatchedPictures,
  type PathBefore,
  type PathOptions,
  type Pinhole,
  type RelatedPictures,
  type ScaleFrom,
  type SeenPoint,
} from './odometry/index.js';
export { evidenceOf, type Evidence, type SeenCells } from './evidence.js';
export { objectCategories } from './object-categories.js';
export { decodeOverlap, encodeOverlap, type ChunkOverlap } from './overlap.js';
export type { LocalizerOptions, PerceivedChunk } from './perceived-chunk.js';
export { INITIAL_STATE, decodeState, encodeState, type LocalizerState } from './state.js';
