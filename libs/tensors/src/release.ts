import type { NumberArray } from './arrays.js';

/**
 * Gives an array's memory back at once; the array is empty afterwards, and so is every other view of it. Left
 * to the garbage collector, large arrays make it look through everything that lives, again and again. Memory
 * that is shared, or of which the array has only a part, stays as it is.
 */
export function releaseArray({ buffer, byteLength }: NumberArray): void {
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && !buffer.detached;
  if (isOwn) buffer.transfer(0);
}
