import type { MapObject, Vec3 } from '@loci/contracts';
import type { Box } from './geometry.js';

/** Something that was clicked: an object, or a point of the cloud. */
export interface Picked extends Box {
  /** An object's id; null for a point. */
  id: string | null;
  name: string;
}

/** Of a point, and of an object whose size is not known. */
export const NO_SIZE: Vec3 = [0, 0, 0];

export const pickedObject = ({ id, category, position, size }: MapObject): Picked => ({
  id,
  name: category,
  position,
  size: size ?? NO_SIZE,
});
