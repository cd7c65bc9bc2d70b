/** Answers that are measured in the world that localization knows. */
export { measuredAnswer } from './answer.js';
export {
  GLIMPSED_WITHIN_M,
  glimpsesIn,
  landmarksIn,
  type Glimpse,
  type Landmark,
  type Pose,
  type World,
} from './world.js';
