export { ObjectDamagedError, ObjectKeyError, ObjectMissingError } from './errors.js';
export {
  clipKeys,
  featuresKey,
  framesKey,
  mapKey,
  memoryPrefixes,
  ownerOf,
  partKey,
  partsPrefix,
  partStart,
  remuxedKey,
  uploadHeadKey,
  uploadKey,
  uploadPrefix,
  videoKey,
} from './keys.js';
export { findMissing, type Expected, type MissingObject } from './missing.js';
export type { ByteRange, ObjectStore, PutOptions, StoredObject, UnfinishedPut } from './object-store.js';
export { findOrphans, ORPHAN_AGE_MS, type Owners } from './orphans.js';
export { openStore } from './open.js';
