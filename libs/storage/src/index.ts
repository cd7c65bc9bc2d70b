export { ObjectDamagedError, ObjectKeyError, ObjectMissingError } from './errors.js';
export { featuresKey, framesKey, mapKey, memoryPrefixes, uploadKey, videoKey } from './keys.js';
export type { ObjectStore, PutOptions } from './object-store.js';
export { openStore } from './open.js';
