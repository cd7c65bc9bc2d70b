import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { LociError, NotFoundError, PROBLEMS, idSchema, newId, type Video } from '@loci/contracts';
import {
  ObjectMissingError,
  partKey,
  partsPrefix,
  uploadHeadKey,
  uploadPrefix,
  type ObjectStore,
  type StoredObject,
} from '@loci/storage';
import { z } from 'zod';
import type { Config } from '../config.js';
import { CONFIG, STORE } from '../connections/tokens.js';
import { Closing } from '../http/closing.js';
import { tooLarge } from '../videos/upload.js';
import { VideosService } from '../videos/videos.service.js';
import { contiguous, joined, whatComes } from './parts.js';

/** What the store keeps of an upload beside its parts. */
const headSchema = z.object({
  tenant: z.string(),
  /** Of the whole file. */
  bytes: z.int().nonnegative(),
  /** The client's own, which it gets back. */
  metadata: z.string().nullable(),
  /** The video that it became. */
  videoId: idSchema('video').nullable(),
});
type Head = z.infer<typeof headSchema>;

/** An upload, and the parts of it that are here from the first byte on. */
export interface Upload extends Head {
  parts: StoredObject[];
  offset: number;
}

/**
 * Uploads that come in parts. Everything is in the object store, so that any API process goes on with them.
 * What no part was added to for a day is swept.
 */
@Injectable()
export class UploadsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(STORE) private readonly objects: ObjectStore,
    @Inject(VideosService) private readonly videos: VideosService,
    @Inject(Closing) private readonly closing: Closing,
  ) {}

  /** @throws LociError 'video-too-large' */
  async create(tenant: string, bytes: number, metadata: string | null): Promise<string> {
    if (bytes > this.config.maxVideoBytes) throw tooLarge(this.config.maxVideoBytes);
    const id = newId('upload');
    await this.keep(id, { tenant, bytes, metadata, videoId: null });
    return id;
  }

  /** @throws NotFoundError */
  async get(tenant: string, id: string): Promise<Upload> {
    const found: StoredObject[] = [];
    for await (const part of this.objects.list(partsPrefix(id))) found.push(part);
    // afterwards: once its head names the video, parts are taken away
    const head = await this.head(tenant, id);
    if (head.videoId !== null) return { ...head, parts: [], offset: head.bytes };
    const { parts, end } = contiguous(found);
    return { ...head, parts, offset: end };
  }

  /**
   * Adds a part. Of a body that breaks off, what has come is kept.
   * @returns the offset from which the next part goes on
   * @throws LociError 'offset-mismatch' unless the part begins where the upload stands
   */
  async append(tenant: string, id: string, start: number, body: Readable): Promise<number> {
    const { offset, bytes } = await this.get(tenant, id);
    if (start !== offset)
      throw new LociError('offset-mismatch', `The upload goes on from byte ${offset}, not ${start}`);
    const part = Readable.from(whatComes(body, bytes - offset), { objectMode: false });
    const stored = await this.closing.keep(this.objects.put(partKey(id, start), part));
    return start + stored.bytes;
  }

  /**
   * Makes the upload a video. Asked again, also meanwhile, it gives the same video.
   * @throws LociError 'not-ready' while parts are missing; the problems of an upload, after which it is gone
   */
  async finish(tenant: string, id: string, signal: AbortSignal): Promise<{ video: Video; created: boolean }> {
    const upload = await this.get(tenant, id);
    if (upload.videoId !== null)
      return { video: await this.videos.get(tenant, upload.videoId), created: false };
    if (upload.offset < upload.bytes)
      throw new LociError('not-ready', `${upload.offset} of ${upload.bytes} bytes have been uploaded`);
    try {
      return await this.finishNow(id, upload, signal);
    } catch (error) {
      // another request has finished it, and has taken its parts away
      const { videoId } = await this.head(tenant, id);
      if (videoId !== null) return { video: await this.videos.get(tenant, videoId), created: false };
      // a file that was refused is refused again
      if (error instanceof LociError && PROBLEMS[error.problemName].status < 500)
        await this.remove(tenant, id);
      throw error;
    }
  }

  private async finishNow(
    id: string,
    { parts, tenant, bytes, metadata }: Upload,
    signal: AbortSignal,
  ): Promise<{ video: Video; created: boolean }> {
    const file = joined(this.objects, parts);
    try {
      const stored = await this.videos.store(tenant, file, signal);
      await this.keep(id, { tenant, bytes, metadata, videoId: stored.video.id });
      await this.objects.deletePrefix(partsPrefix(id));
      return stored;
    } finally {
      file.destroy();
    }
  }

  /** @throws NotFoundError */
  async remove(tenant: string, id: string): Promise<void> {
    await this.head(tenant, id);
    await this.objects.deletePrefix(uploadPrefix(id));
  }

  private async head(tenant: string, id: string): Promise<Head> {
    const bytes = await this.objects.get(uploadHeadKey(id)).catch((error: unknown) => {
      if (error instanceof ObjectMissingError) return null;
      throw error;
    });
    const head = bytes === null ? null : headSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    if (head?.tenant !== tenant) throw new NotFoundError(`Upload ${id}`);
    return head;
  }

  private async keep(id: string, head: Head): Promise<void> {
    await this.objects.put(uploadHeadKey(id), new TextEncoder().encode(JSON.stringify(head)));
  }
}
