/** A fixed number of frames, filled byte by byte as they arrive. */
export class Frames {
  readonly bytes: Uint8Array;
  #filled = 0;

  constructor(
    readonly frames: number,
    readonly frameBytes: number,
  ) {
    this.bytes = new Uint8Array(frames * frameBytes);
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

  /** Takes bytes; false when all frames are there and no more are wanted. */
  push(piece: Uint8Array): boolean {
    const taken = piece.subarray(0, this.bytes.length - this.#filled);
    this.bytes.set(taken, this.#filled);
    this.#filled += taken.length;
    return !this.complete;
  }

  /** Takes bytes for ever; the last frames that arrived are those kept. */
  pushOver(piece: Uint8Array): boolean {
    for (let rest = piece; rest.length > 0;) {
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

  /** Fills what is missing with one picture. */
  pad(picture: Uint8Array): void {
    for (let frame = this.count; frame < this.frames; frame += 1)
      this.bytes.set(picture, frame * this.frameBytes);
    this.#filled = this.bytes.length;
  }
}
