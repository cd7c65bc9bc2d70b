import { LANDMARKS } from './parameters.js';
import type { LocalizerState } from './state.js';

/**
 * The landmarks that a state knows, as rows of a tensor: [L, LANDMARK_COLUMNS]. Their certainty falls with
 * the keyframes: of many of them, some mistook something for the landmark.
 */
export const knownLandmarks = ({ landmarks, views }: LocalizerState): Float32Array => {
  const half = LANDMARKS.halfCertain * Math.max(1, views.length / LANDMARKS.certainKeyframes);
  return Float32Array.from(
    landmarks.flatMap(({ category, x, z, news }) => [category, x, z, news / (news + half)]),
  );
};

/** Where objects were seen first, as rows of a tensor: [G, GLIMPSE_COLUMNS]. */
export const knownGlimpses = ({ glimpses }: LocalizerState): Float32Array =>
  Float32Array.from(glimpses.flatMap(({ category, x, z, frame }) => [category, x, z, frame]));

/** Over which squares of the floor points were seen, as rows of a tensor: [C, OCCUPANCY_COLUMNS]; or null. */
export const knownOccupancy = ({ occupancy }: LocalizerState): Float32Array | null =>
  occupancy && Float32Array.from(occupancy.flatMap(({ x, z, points }) => [x, z, points]));
