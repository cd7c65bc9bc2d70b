import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream';

/** Passes bytes through and counts them. */
export class ByteCounter extends PassThrough {
  bytes = 0;

  override _transform(
    data: Buffer,
    encoding: BufferEncoding,
    done: (error?: Error | null, output?: unknown) => void,
  ): void {
    this.bytes += data.byteLength;
    super._transform(data, encoding, done);
  }

  /** Reads a stream to its end. When that fails, this fails with the same error. */
  follow(source: Readable): void {
    pipeline(source, this, () => {
      // the counter's reader gets the error
    });
  }
}
