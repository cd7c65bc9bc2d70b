import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { LociError, VIDEO_CONTENT_TYPES } from '@loci/contracts';
import { header, type ApiRequest } from '../http/request.js';
import { NamedFile } from './named-file.js';
import { tooLarge } from './upload.js';

const MULTIPART = 'multipart/form-data';
/** Bytes that headers and small fields may add to a multipart body. */
const MULTIPART_EXTRA_BYTES = 64 * 1024;

/**
 * The bytes of the video in a request: the body itself, or the multipart field `file`. They throw LociError
 * 'invalid-request' where they end early, which is the client's fault.
 * @throws LociError 'unsupported-media-type', 'invalid-request', or 'video-too-large' when Content-Length
 *   says so
 */
export async function videoBody(request: ApiRequest, maxBytes: number): Promise<AsyncIterable<Buffer>> {
  const type = (header(request, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const multipart = type === MULTIPART;
  if (!multipart && !(VIDEO_CONTENT_TYPES as readonly string[]).includes(type)) {
    throw new LociError(
      'unsupported-media-type',
      `Send ${VIDEO_CONTENT_TYPES.join(', ')}, or ${MULTIPART} with the field file`,
    );
  }
  if (Number(header(request, 'content-length') ?? 0) > maxBytes + (multipart ? MULTIPART_EXTRA_BYTES : 0))
    throw tooLarge(maxBytes);
  return bytesOf(multipart ? await filePart(request) : request);
}

async function* bytesOf(body: Readable): AsyncGenerator<Buffer> {
  try {
    // left open at an early stop: the rest is discarded, so that a client that still writes gets its answer
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new LociError('invalid-request', 'The body ended before it was complete', { cause });
  }
}

/**
 * The first field `file`; the rest of the form is ignored. Rejects when the form is broken or has no such
 * field.
 */
function filePart(request: ApiRequest): Promise<Readable> {
  const { promise, resolve, reject } = Promise.withResolvers<Readable>();
  const form = openForm(request);
  let found = false;
  form.on('file', (name, stream) => {
    // the stream's reader gets its errors; without a reader the form reports them
    stream.on('error', () => form.destroy());
    if (found || name !== 'file') {
      stream.resume();
      return;
    }
    found = true;
    resolve(stream);
  });
  // once the field was found, its stream reports the form's errors
  form.on('error', (error) =>
    reject(new LociError('invalid-request', 'The multipart form is broken', { cause: error })),
  );
  form.on('close', () =>
    reject(
      new LociError('invalid-request', 'The form has no part called file', {
        errors: [{ pointer: '/file', detail: 'is missing' }],
      }),
    ),
  );
  request.once('close', () => {
    if (!request.complete) form.destroy(new Error('the client hung up'));
  });
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(header(request, 'content-type') ?? '');
  request.pipe(new NamedFile(boundary?.[1] ?? boundary?.[2] ?? '')).pipe(form);
  return promise;
}

function openForm(request: ApiRequest): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits: { parts: 16, fieldSize: MULTIPART_EXTRA_BYTES } });
  } catch (cause) {
    throw new LociError('invalid-request', 'The multipart form has no boundary', { cause });
  }
}
