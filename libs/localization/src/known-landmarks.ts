import { existence } from './landmarks/landmark.js';
import type { LocalizerState } from './state.js';

/** Numbers of one landmark: category, x and z in metres of the world, certainty from 0 to 1. */
export const LANDMARK_COLUMNS = 4;

/** The landmarks that a state knows, as rows of a tensor: [L, LANDMARK_COLUMNS]. */
export const knownLandmarks = ({ landmarks }: LocalizerState): Float32Array =>
  Float32Array.from(
    landmarks.flatMap((landmark) => [landmark.category, landmark.x, landmark.z, existence(landmark)]),
  );
