/** Where each frame's camera stood: one door, localizeChunk, and what callers keep between chunks. Pure. */
export {
  decodeCamera,
  encodeCamera,
  givenCamera,
  storedCamera,
  type FilmedClip,
  type GivenCamera,
} from './camera/given-camera.js';
export { seenThrough } from './camera/lens.js';
export { CameraError } from './errors.js';
export { LANDMARK_COLUMNS, knownLandmarks } from './known-landmarks.js';
export { selectKeyframes, type KeyframeSelection, type KeyframeView } from './keyframes.js';
export * from './localize-chunk.js';
export { objectCategories } from './object-categories.js';
export { decodeOverlap, encodeOverlap, type ChunkOverlap } from './overlap.js';
export type { LocalizerOptions, PerceivedChunk } from './perceived-chunk.js';
export { INITIAL_STATE, decodeState, encodeState, type LocalizerState } from './state.js';
