import { existence } from './landmarks/landmark.js';
import type { LocalizerState } from './state.js';

/** The landmarks that a state knows, as rows of a tensor: [L, LANDMARK_COLUMNS]. */
export const knownLandmarks = ({ landmarks }: LocalizerState): Float32Array =>
  Float32Array.from(
    landmarks.flatMap((landmark) => [landmark.category, landmark.x, landmark.z, existence(landmark)]),
  );

/** Where objects were seen first, as rows of a tensor: [G, GLIMPSE_COLUMNS]. */
export const knownGlimpses = ({ glimpses }: LocalizerState): Float32Array =>
  Float32Array.from(glimpses.flatMap(({ category, x, z, frame }) => [category, x, z, frame]));

/** Over which squares of the floor points were seen, as rows of a tensor: [C, OCCUPANCY_COLUMNS]. */
export const knownOccupancy = ({ occupancy }: LocalizerState): Float32Array =>
  Float32Array.from(occupancy.flatMap(({ x, z, points }) => [x, z, points]));
