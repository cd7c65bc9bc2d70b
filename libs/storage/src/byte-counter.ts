import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream';

/** Hands on what it is given and counts it. */
export class ByteCounter extends PassThrough {
  bytes = 0;

  override _transform(
    part: Buffer,
    encoding: BufferEncoding,
    done: (error?: Error | null, data?: unknown) => void,
  ): void {
    this.bytes += part.byteLength;
    super._transform(part, encoding, done);
  }

  /** Takes everything from a stream; when that breaks off, so does this, with its error. */
  follow(source: Readable): void {
    pipeline(source, this, () => {
      // whoever reads the counter sees the error there
    });
  }
}
