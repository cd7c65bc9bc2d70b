/** Answers that are measured in the world that localization knows. */
export { measuredAnswer } from './answer.js';
export {
  firstGlimpseS,
  glimpsesIn,
  landmarkCertainty,
  landmarksIn,
  occupancyIn,
  type Glimpse,
  type Landmark,
  type LandmarkManifest,
  type OccupiedCell,
  type Pose,
  type World,
} from './world.js';
