import { Inject, Injectable, Logger } from '@nestjs/common';
import { LociError, NotFoundError, newId, type ListQuery, type Page, type Video } from '@loci/contracts';
import type { Database } from '@loci/database';
import { remuxedKey, uploadKey, videoKey, type ObjectStore } from '@loci/storage';
import { prepareVideo, type Upload } from '@loci/video';
import type { Config } from '../config.js';
import { CONFIG, DATABASE, STORE } from '../connections/tokens.js';
import { ProbeGate } from '../http/gates.js';
import type { ApiRequest } from '../http/request.js';
import { videoBody } from './body.js';
import { receive } from './upload.js';

@Injectable()
export class VideosService {
  private readonly logger = new Logger('Videos');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(STORE) private readonly objects: ObjectStore,
    @Inject(ProbeGate) private readonly probes: ProbeGate,
  ) {}

  /** Takes the video of a request: see store. */
  async upload(
    tenant: string,
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<{ video: Video; created: boolean }> {
    return this.store(tenant, await videoBody(request, this.config.maxVideoBytes), signal);
  }

  /**
   * Stores a video, probes it and writes its row. `created` is false when the tenant had these
   * bytes before. Few probes run at once, the others wait. A refused or incomplete upload is removed from the
   * store.
   */
  async store(
    tenant: string,
    file: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<{ video: Video; created: boolean }> {
    const key = uploadKey(newId('video'));
    const copyKey = uploadKey(newId('video'));
    try {
      const { sha256, bytes } = await receive(file, this.objects, key, this.config.maxVideoBytes, signal);
      if (bytes === 0) throw new LociError('not-a-video', 'The file is empty');
      const limits = { maxSeconds: this.config.maxVideoSeconds, maxPixels: this.config.maxVideoPixels };
      const keep = this.keeping(copyKey, signal);
      const { probe, access } = await this.probes.run(
        async () => prepareVideo({ source: await this.objects.locate(key), bytes, keep }, limits, signal),
        signal,
      );
      // The clip before the row, so that a row always has its clip. One that is there may be damaged: these
      // bytes, which have just been hashed, take its place.
      await this.objects.move(key, videoKey(sha256));
      const isRemuxed = access.remuxed_bytes !== null;
      if (isRemuxed) await this.objects.move(copyKey, remuxedKey(sha256));
      const clipExists = async () =>
        (await this.objects.has(videoKey(sha256))) &&
        (!isRemuxed || (await this.objects.has(remuxedKey(sha256))));
      return await this.database.videos.create({ tenant, sha256, bytes, access, ...probe }, clipExists);
    } finally {
      await this.discard(key);
      await this.discard(copyKey);
    }
  }

  /** Keeps a remuxed copy, for now among the uploads. */
  private keeping(key: string, signal: AbortSignal): Upload['keep'] {
    return async (file) => {
      const bytes = file.createReadStream({ start: 0, autoClose: false });
      const stored = await this.objects.put(key, bytes, { signal });
      return { ...stored, source: await this.objects.locate(key) };
    };
  }

  /** Removes a temporary object. A failure is only logged: it does not fail the upload. */
  private async discard(key: string): Promise<void> {
    try {
      await this.objects.delete(key);
    } catch (error) {
      this.logger.warn({ key, err: error }, 'a temporary object could not be removed');
    }
  }

  list(tenant: string, page: ListQuery): Promise<Page<Video>> {
    return this.database.videos.list(tenant, page);
  }

  async get(tenant: string, id: string): Promise<Video> {
    const video = await this.database.videos.get(tenant, id);
    if (video === null) throw new NotFoundError(`Video ${id}`);
    return video;
  }

  /** The tenant's video with these bytes; null where there is none, or its clip is not in the store. */
  async withBytes(tenant: string, sha256: string): Promise<Video | null> {
    const video = await this.database.videos.withBytes(tenant, sha256);
    return video !== null && (await this.objects.has(videoKey(sha256))) ? video : null;
  }

  /**
   * Deletes the video with its memories, answers and jobs. A worker's sweep removes its objects. Deleting it
   * again succeeds.
   */
  async delete(tenant: string, id: string): Promise<void> {
    if (!(await this.database.videos.delete(tenant, id))) throw new NotFoundError(`Video ${id}`);
  }
}
