import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ByteCounter } from './byte-counter.js';
import { ObjectDamagedError, ObjectMissingError } from './errors.js';
import { checkedKey, checkedPrefix } from './keys.js';
import type { ByteRange, ObjectStore, PutOptions, UnfinishedPut } from './object-store.js';
import type { S3Location } from './s3-url.js';

/** How long the URL of a located object is valid, in seconds: longer than decoding a clip takes. */
const LOCATED_S = 3600;
/** Multipart uploads: 4 parts of 8 MiB are in memory at a time; at most 10,000 parts make 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 4;
const DELETES_AT_ONCE = 16;
/** A server that takes no connection for so long is away, in ms. */
const CONNECT_LIMIT_MS = 10_000;
/** A request of which nothing is heard for so long has failed, in ms. The SDK makes it twice more. */
const STILL_LIMIT_MS = 30_000;

/**
 * An object store in a bucket of S3 or a compatible server. The bucket must exist. A server that stands still
 * is a passing fault: who waits for it would keep what it has in hand for ever.
 */
export function openS3Store(
  { bucket, endpoint, region, pathStyle, credentials }: S3Location,
  stillLimitMs = STILL_LIMIT_MS,
): ObjectStore {
  const config: S3ClientConfig = {
    region,
    forcePathStyle: pathStyle,
    // compatible servers may lack the newer trailing checksums, and store them as part of a streamed body
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const connectionTimeout = CONNECT_LIMIT_MS;
  const client = new S3Client({
    ...config,
    requestHandler: { connectionTimeout, socketTimeout: stillLimitMs },
  });
  // who reads a body may pause as long as it likes: only the answer's beginning has a limit
  const reader = new S3Client({
    ...config,
    requestHandler: { connectionTimeout, requestTimeout: stillLimitMs, throwOnRequestTimeout: true },
  });
  const object = (key: string): ObjectAddress => ({ Bucket: bucket, Key: checkedKey(key) });
  const head = (key: string) => client.send(new HeadObjectCommand(object(key)));

  async function stream(key: string, range?: ByteRange): Promise<Readable> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const { Body } = await reader.send(new GetObjectCommand({ ...object(key), Range })).catch(missing(key));
    if (!(Body instanceof Readable)) throw new Error(`object ${key} came without a stream`);
    return Body;
  }

  return {
    stream,
    put: (key, body, options = {}) => upload(client, object(key), body, options),
    get: async (key) => new Uint8Array(await buffer(endingWithin(await stream(key), stillLimitMs))),
    has: (key) =>
      head(key).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false;
          throw error;
        },
      ),
    async delete(key) {
      await client.send(new DeleteObjectCommand(object(key)));
    },
    deletePrefix: (prefix) => deletePrefix(client, bucket, checkedPrefix(prefix)),
    async *list(prefix) {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: checkedPrefix(prefix) });
      for await (const { Contents = [] } of pages)
        for (const { Key: key, Size: bytes = 0, LastModified: writtenAt } of Contents)
          if (key !== undefined && writtenAt !== undefined) yield { key, bytes, writtenAt };
    },
    unfinishedPuts: (before) => unfinishedPuts(client, bucket, before),
    async move(from, to) {
      // S3 refuses to copy an object onto itself
      if (from === to) {
        await head(from).catch(missing(from));
        return;
      }
      await client
        .send(new CopyObjectCommand({ ...object(to), CopySource: `${bucket}/${checkedKey(from)}` }))
        .catch(missing(from));
      await client.send(new DeleteObjectCommand(object(from)));
    },
    async locate(key, bytes) {
      const { ContentLength = 0 } = await head(key).catch(missing(key));
      if (bytes !== undefined && ContentLength !== bytes)
        throw new ObjectDamagedError(key, ContentLength, bytes);
      return getSignedUrl(client, new GetObjectCommand(object(key)), { expiresIn: LOCATED_S });
    },
    async check() {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    },
    close() {
      client.destroy();
      reader.destroy();
      return Promise.resolve();
    },
  };
}

/** A body that is read whole: it breaks off with ETIMEDOUT when it has not ended within so many ms. */
function endingWithin(body: Readable, limitMs: number): Readable {
  const error = Object.assign(new Error('the object store stands still'), { code: 'ETIMEDOUT' });
  const limit = setTimeout(() => body.destroy(error), limitMs);
  return body.once('close', () => clearTimeout(limit));
}

interface ObjectAddress {
  Bucket: string;
  Key: string;
}

/** Uploads a body in parts. When the signal aborts, nothing is stored. Returns the length in bytes. */
async function upload(
  client: S3Client,
  address: ObjectAddress,
  body: Readable | Uint8Array,
  { contentType, signal }: PutOptions,
): Promise<{ bytes: number }> {
  signal?.throwIfAborted();
  const counter = new ByteCounter();
  const transfer = new Upload({
    client,
    params: {
      ...address,
      Body: body instanceof Uint8Array ? body : counter,
      ...(contentType === undefined ? {} : { ContentType: contentType }),
    },
    partSize: PART_BYTES,
    queueSize: PARTS_AT_ONCE,
  });
  if (body instanceof Uint8Array) counter.bytes = body.byteLength;
  else counter.follow(body);
  const abort = (): void => {
    counter.destroy(abortReason(signal));
    void transfer.abort();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await transfer.done();
    return { bytes: counter.bytes };
  } catch (error) {
    throw signal?.aborted === true ? abortReason(signal) : (counter.errored ?? error);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function deletePrefix(client: S3Client, bucket: string, prefix: string): Promise<void> {
  for (;;) {
    // deleted objects leave the list, so its first page is always the next one
    const { Contents = [], IsTruncated } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
    );
    const keys = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    // one by one, because many compatible servers lack the checksum that the bulk request needs
    while (keys.length > 0)
      await Promise.all(
        keys
          .splice(0, DELETES_AT_ONCE)
          .map((Key) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))),
      );
    if (IsTruncated !== true) return;
  }
}

async function unfinishedPuts(client: S3Client, bucket: string, before: Date): Promise<UnfinishedPut[]> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  const puts = await Promise.all(
    Uploads.map(async ({ Key, UploadId, Initiated = before }) => {
      if (Initiated >= before) return [];
      const upload = { Bucket: bucket, Key, UploadId };
      const listed = await client.send(new ListPartsCommand(upload)).catch(ended);
      if (listed === null) return [];
      const { Parts = [] } = listed;
      // a slow upload may have begun long ago and still go on
      if (Parts.some(({ LastModified = before }) => LastModified >= before)) return [];
      const discard = async (): Promise<void> => {
        await client.send(new AbortMultipartUploadCommand(upload)).catch(ended);
      };
      return [{ name: `the upload of ${Key ?? ''}`, discard }];
    }),
  );
  return puts.flat();
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('the transfer was aborted', { cause: reason });
}

const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  error.$metadata.httpStatusCode === 404 &&
  error.name !== 'NoSuchBucket';

/** Takes the end of an upload, meanwhile, for null, and rethrows other errors. */
function ended(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

/** Turns "no such key" into ObjectMissingError, and rethrows other errors. */
const missing =
  (key: string) =>
  (error: unknown): never => {
    throw isMissing(error) ? new ObjectMissingError(key, { cause: error }) : error;
  };
