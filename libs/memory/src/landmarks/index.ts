export { AGREEING } from './located.js';
export { NOTHING_KNOWN, merged, moved, type Known, type Landmark } from './landmark.js';
export { STAY, after, apart, carry, levelSim3, type Motion, type Place, type Pull } from './motion.js';
export { sighted } from './sighted.js';
export { fitted } from './fit.js';
export { located, oddsOf, relocated } from './located.js';
export { settle, type PartSeen } from './settle.js';
