import { Transform, type TransformCallback } from 'node:stream';

/** Bytes of a form in which its field `file` must have begun to be found. */
const MAX_SEARCHED = 256 * 1024;
const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * Passes a multipart form on, and gives its field `file` a file name where it has none. RFC 7578 leaves the
 * name to the client; busboy takes a field without one for text, and holds it in memory.
 */
export class NamedFile extends Transform {
  private searched: Buffer | null = Buffer.alloc(0);
  private readonly partHeaders: RegExp;

  constructor(boundary: string) {
    super();
    this.partHeaders = new RegExp(`--${literal(boundary)}\r\n((?:[^\r\n]+\r\n)+)\r\n`, 'g');
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.searched === null) {
      done(null, data);
      return;
    }
    this.searched = Buffer.concat([this.searched, data]);
    const at = this.findFile(this.searched);
    if (at === null && this.searched.length < MAX_SEARCHED) {
      done();
      return;
    }
    if (at !== null && at >= 0) {
      this.push(this.searched.subarray(0, at));
      this.push('; filename="file"');
      this.push(this.searched.subarray(at));
    } else this.push(this.searched);
    this.searched = null;
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, this.searched);
  }

  /** Where the name belongs; −1 when the field has one, null when the field has not come yet. */
  private findFile(form: Buffer): number | null {
    for (const part of form.toString('latin1').matchAll(this.partHeaders)) {
      const disposition = /^content-disposition:[^\r\n]*;[ \t]*name="?file"?[ \t]*(?=;|\r)[^\r\n]*/im.exec(
        part[0],
      );
      if (disposition === null) continue;
      if (/;\s*filename\*?=/i.test(disposition[0])) return -1;
      return part.index + disposition.index + disposition[0].length;
    }
    return null;
  }
}
