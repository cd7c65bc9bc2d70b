import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { LociError, type Video } from '@loci/contracts';
import { ObjectMissingError, videoKey, type ByteRange, type ObjectStore } from '@loci/storage';
import { fileTypeFromBuffer } from 'file-type';
import { STORE } from '../connections/tokens.js';
import { header, type ApiRequest } from '../http/request.js';
import { requestedRange } from './requested-range.js';

/** So many first bytes tell what a file is. */
const HEAD_BYTES = 4100;
const UNKNOWN_TYPE = 'application/octet-stream';
/** Clips whose types are remembered at once. */
const MAX_TYPES = 10_000;
/** A browser may keep a clip, but asks each time whether the tenant still has the video. */
const KEEPING = { 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' };

/** Sends the clips of videos to players, whole or in ranges, as they come from the store. */
@Injectable()
export class ContentService {
  private readonly logger = new Logger('Content');
  private readonly types = new Map<string, string>();

  constructor(@Inject(STORE) private readonly store: ObjectStore) {}

  /**
   * Answers GET and HEAD. The clip is named by its hash, so it never changes under its ETag.
   * @throws LociError 'range-not-satisfiable', or 'clip-lost' when the store does not have the clip
   */
  async send({ sha256, bytes }: Video, request: ApiRequest, response: ServerResponse): Promise<void> {
    const etag = `"${sha256}"`;
    if (listsTag(header(request, 'if-none-match'), etag)) {
      response.writeHead(304, { ...KEEPING, etag }).end();
      return;
    }
    const range = rangeOf(request, response, etag, bytes);
    const { start, end } = range ?? { start: 0, end: bytes - 1 };
    const key = videoKey(sha256);
    const headers = {
      ...KEEPING,
      etag,
      'accept-ranges': 'bytes',
      'content-type': await this.typeOf(key, bytes),
      'content-length': end - start + 1,
      ...(range === null ? {} : { 'content-range': `bytes ${start}-${end}/${bytes}` }),
    };
    const clip = request.method === 'HEAD' ? null : await this.open(key, { start, end });
    response.writeHead(range === null ? 200 : 206, headers);
    if (clip === null) response.end();
    else await this.transfer(clip, end - start + 1, response);
  }

  private async typeOf(key: string, bytes: number): Promise<string> {
    const known = this.types.get(key);
    if (known !== undefined) return known;
    const head = await buffer(await this.open(key, { start: 0, end: Math.min(HEAD_BYTES, bytes) - 1 }));
    const type = (await fileTypeFromBuffer(head))?.mime;
    // nothing but a video is ever shown in a page's name
    const shown = type?.startsWith('video/') === true ? type : UNKNOWN_TYPE;
    if (this.types.size >= MAX_TYPES) this.types.clear();
    this.types.set(key, shown);
    return shown;
  }

  private async open(key: string, range: ByteRange): Promise<Readable> {
    try {
      return await this.store.stream(key, range);
    } catch (error) {
      if (error instanceof ObjectMissingError)
        throw new LociError('clip-lost', 'The store does not have the clip');
      throw error;
    }
  }

  /** Once the headers are sent, a fault can only end the connection. */
  private async transfer(clip: Readable, bytes: number, response: ServerResponse): Promise<void> {
    try {
      await pipeline(clip, wholeOf(bytes), response);
    } catch (error) {
      // a player leaves in the middle whenever it seeks
      if (!isLeaving(error)) this.logger.warn({ err: error }, 'a clip could not be sent to its end');
    }
  }
}

/**
 * The range that is to be sent; null for all of it.
 * @throws LociError 'range-not-satisfiable'
 */
function rangeOf(
  request: ApiRequest,
  response: ServerResponse,
  etag: string,
  bytes: number,
): ByteRange | null {
  const ifRange = header(request, 'if-range');
  if (ifRange !== null && ifRange !== etag) return null;
  const range = requestedRange(header(request, 'range'), bytes);
  if (range !== 'unsatisfiable') return range;
  response.setHeader('content-range', `bytes */${bytes}`);
  throw new LociError('range-not-satisfiable', `The clip has ${bytes} bytes`);
}

/** Passes a clip on, and fails where a damaged one has fewer bytes: its player would wait for the rest. */
const wholeOf = (bytes: number) =>
  async function* (clip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let left = bytes;
    for await (const piece of clip) {
      left -= piece.length;
      yield piece;
    }
    if (left > 0) throw new Error(`The clip ends ${left} bytes too early`);
  };

/** Whether `If-None-Match` lists a tag, or any. */
const listsTag = (list: string | null, tag: string): boolean =>
  list?.split(',').some((each) => ['*', tag, `W/${tag}`].includes(each.trim())) === true;

const isLeaving = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
