import { sharedBytes } from '@loci/video';

/** Blocks that are kept: a worker has few chunks in hand at a time. */
const KEPT = 3;

/**
 * Memory for the frames of chunks, shared with the inference thread, and used again: new memory for each
 * chunk has to be cleared by the system, and makes garbage that is collected with all other.
 */
export class FrameBlocks {
  readonly #free: Uint8Array[] = [];

  /** A block of so many bytes, with whatever it held before. */
  take(bytes: number): Uint8Array {
    const found = this.#free.findIndex(({ length }) => length === bytes);
    return this.#free.splice(found, found < 0 ? 0 : 1)[0] ?? sharedBytes(bytes);
  }

  /** Takes a block back that nobody reads or writes any more. */
  give(block: Uint8Array): void {
    this.#free.push(block);
    if (this.#free.length > KEPT) this.#free.shift();
  }
}
