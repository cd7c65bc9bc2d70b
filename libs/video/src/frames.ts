/** Bytes that another thread can read without a copy. */
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));

/** A fixed number of frames, filled byte by byte as they arrive. */
export class Frames {
  readonly bytes: Uint8Array;
  #filled = 0;

  constructor(
    readonly frames: number,
    readonly frameBytes: number,
    into?: Uint8Array,
  ) {
    this.bytes = into ?? sharedBytes(frames * frameBytes);
  }

  /** Whole frames that have arrived. */
  get count(): number {
    return Math.floor(this.#filled / this.frameBytes);
  }
  get complete(): boolean {
    return this.#filled === this.bytes.length;
  }
  clear(): void {
    this.#filled = 0;
  }

  /** Appends bytes; false once all frames are complete. */
  push(data: Uint8Array): boolean {
    const taken = data.subarray(0, this.bytes.length - this.#filled);
    this.bytes.set(taken, this.#filled);
    this.#filled += taken.length;
    return !this.complete;
  }

  /** Appends bytes without end: later frames replace earlier ones. */
  pushOver(data: Uint8Array): boolean {
    for (let rest = data; rest.length > 0;) {
      const room = this.bytes.length - this.#offset;
      this.bytes.set(rest.subarray(0, room), this.#offset);
      this.#filled += Math.min(room, rest.length);
      rest = rest.subarray(room);
    }
    return true;
  }
  get #offset(): number {
    return this.#filled % this.bytes.length;
  }

  /** Fills the missing frames with one picture. */
  pad(picture: Uint8Array): void {
    for (let frame = this.count; frame < this.frames; frame += 1)
      this.bytes.set(picture, frame * this.frameBytes);
    this.#filled = this.bytes.length;
  }
}
