import { randomUUID } from 'node:crypto';
import { ObjectKeyError } from './errors.js';

/** The prefix of the uploads that come in parts. */
export const PARTS = 'parts/';

/** A clip, by the SHA-256 (hex) of its bytes. */
export const videoKey = (sha256: string): string => `videos/${sha256}`;
/** The track of a clip that is decoded, remuxed, where the clip itself does not serve for that. */
export const remuxedKey = (sha256: string): string => `remuxed/${sha256}`;
/** The objects that a clip may have. */
export const clipKeys = (sha256: string): string[] => [videoKey(sha256), remuxedKey(sha256)];
/** A clip that is being uploaded. */
export const uploadKey = (id: string): string => `uploads/${id}`;
/** What is known of an upload in parts. */
export const uploadHeadKey = (uploadId: string): string => `${PARTS}${uploadId}/head`;
/** A part of an upload, by its first byte. Parts are never replaced: each has a name of its own. */
export const partKey = (uploadId: string, start: number): string =>
  `${partsPrefix(uploadId)}${start}.${randomUUID()}`;
/** The prefix of the parts of an upload. */
export const partsPrefix = (uploadId: string): string => `${PARTS}${uploadId}/bytes/`;
/** The prefix of all objects of an upload in parts. */
export const uploadPrefix = (uploadId: string): string => `${PARTS}${uploadId}/`;
/** The first byte of a part, by its key. */
export const partStart = (key: string): number => Number.parseInt(key.split('/').at(-1) ?? '', 10);
/** The features of a chunk; deleted once it is remembered. */
export const featuresKey = (memoryId: string, chunk: number): string => `features/${memoryId}/${chunk}`;
/** A chunk's frames as JPEG thumbnails, one safetensors file. */
export const framesKey = (memoryId: string, chunk: number): string => `frames/${memoryId}/${chunk}`;
/** A chunk's points in the world. */
export const mapKey = (memoryId: string, chunk: number): string => `map/${memoryId}/${chunk}`;
/** The prefixes of all objects of a memory. */
export const memoryPrefixes = (memoryId: string): string[] =>
  ['features', 'frames', 'map'].map((kind) => `${kind}/${memoryId}/`);

/** What an object belongs to, by its key; null for an upload or a part of one: they belong to nothing yet. */
export function ownerOf(key: string): { kind: 'clip' | 'memory'; id: string } | null {
  const [folder, id = ''] = key.split('/');
  if (folder === 'uploads' || `${folder}/` === PARTS) return null;
  return { kind: folder === 'videos' || folder === 'remuxed' ? 'clip' : 'memory', id };
}

const MAX_KEY_LENGTH = 512;
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/**
 * The key, after a check: segments of letters, digits, `.`, `_` and `-` that do not start with a dot, joined
 * by `/`. Any other key could lead out of a folder, or mean different objects to different stores.
 * @throws ObjectKeyError
 */
export function checkedKey(key: string): string {
  if (key.length > MAX_KEY_LENGTH || !key.split('/').every((segment) => SEGMENT.test(segment)))
    throw new ObjectKeyError(key);
  return key;
}

/**
 * As checkedKey, for a prefix: a key with `/` at its end, so that `features/a/` does not include
 * `features/ab`.
 */
export function checkedPrefix(prefix: string): string {
  if (!prefix.endsWith('/')) throw new ObjectKeyError(prefix);
  return `${checkedKey(prefix.slice(0, -1))}/`;
}
