/** Answers that are measured in the world that localization knows. */
export { measuredAnswer } from './answer.js';
export { landmarksIn, type Landmark, type Pose, type World } from './world.js';
