/** Answers about things as eyes saw them that know the real world. */
export { callSeen, withNames } from './names.js';
export type { SeenWorld } from './seen-world.js';
export type { Thing } from './thing.js';
export { lookedAt, type SeenPlaces } from './cubes.js';
export { thingsIn } from './things.js';
