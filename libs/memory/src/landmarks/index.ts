export { NOTHING_KNOWN, merged, moved, type Adrift, type Known, type Landmark } from './landmark.js';
export { STAY, after, apart, carry, levelSim3, type Motion, type Place, type Pull } from './motion.js';
export { sighted } from './sighted.js';
export { fitted } from './fit.js';
export { located, oddsOf, relocated } from './located.js';
export { cutFrom, settle, type PartSeen } from './settle.js';
