import { Inject, Injectable } from '@nestjs/common';
import {
  LociError,
  NotFoundError,
  type Entry,
  type Memory,
  type MemorySummary,
  type Page,
  type VideoListQuery,
} from '@loci/contracts';
import type { Database, MemoryRecord } from '@loci/database';
import { readTensors } from '@loci/tensors';
import { chunkPlan, chunkSizes, frameTime } from '@loci/pipeline';
import { ObjectMissingError, framesKey, type ObjectStore } from '@loci/storage';
import { DATABASE, STORE } from '../connections/tokens.js';
import { ModelsService } from '../models/models.service.js';
import { chunksAsOf, type AskedClip } from '../questions/ask.js';

@Injectable()
export class MemoriesService {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(STORE) private readonly store: ObjectStore,
    @Inject(ModelsService) private readonly models: ModelsService,
  ) {}

  async get(tenant: string, id: string): Promise<Memory> {
    const memory = await this.database.memories.get(tenant, id);
    if (memory === null) throw new NotFoundError(`Memory ${id}`);
    return memory;
  }

  list(tenant: string, query: VideoListQuery): Promise<Page<MemorySummary>> {
    return this.database.memories.list(tenant, query);
  }

  /** A memory without its entries. */
  async find(tenant: string, id: string): Promise<MemoryRecord> {
    const memory = await this.database.memories.find(id);
    if (memory === null || memory.tenant !== tenant) throw new NotFoundError(`Memory ${id}`);
    return memory;
  }

  /** The clip of a memory. */
  async clipOf({ id, tenant, videoId, frames, samplingFps }: MemoryRecord): Promise<AskedClip> {
    const video = await this.database.videos.get(tenant, videoId);
    // the video was deleted after the memory was read, and the memory with it
    if (video === null) throw new NotFoundError(`Memory ${id}`);
    return { durationS: video.duration_s, startS: video.start_s, frames, fps: samplingFps };
  }

  /**
   * The entries now, or at a moment of the video: those of the last state that knows nothing of what came
   * after it.
   * @throws LociError 'as-of-out-of-range', or 'not-ready' when that state is not kept or not built yet
   */
  async entries(tenant: string, id: string, asOfS: number | null): Promise<Entry[]> {
    const memory = await this.find(tenant, id);
    const clip = await this.clipOf(memory);
    const chunks = asOfS === null ? memory.head : this.chunksAsOf(memory, clip, asOfS);
    const rows = await this.database.memories.entries(id, chunks - 1, { tokens: false });
    return rows.map(({ kind, slot, frame, pose }) => ({
      kind,
      slot,
      frame,
      t_s: frameTime(frame, clip),
      pose,
      thumbnail_url: `/v1/memories/${id}/frames/${frame}/thumbnail`,
    }));
  }

  private chunksAsOf(memory: MemoryRecord, clip: AskedClip, asOfS: number): number {
    const chunks = chunksAsOf(asOfS, this.models.named(memory.model), clip, '/as_of_s');
    if (chunks > memory.head) throw new LociError('not-ready', `The memory has not come to ${asOfS} s yet`);
    return chunks;
  }

  /** A sampled frame as JPEG, from the chunk in which the frame was fresh. */
  async thumbnail(tenant: string, id: string, frame: number): Promise<Uint8Array> {
    const memory = await this.find(tenant, id);
    const plan = chunkPlan(memory.frames, chunkSizes(this.models.named(memory.model).manifest.sizes));
    const span = plan.find(({ freshFrom, end }) => frame >= freshFrom && frame < end);
    const picture =
      span === undefined ? undefined : (await this.framePictures(id, span.index))[String(frame)];
    if (picture?.dtype !== 'u8') throw new NotFoundError(`A picture of frame ${frame}`);
    return picture.data;
  }

  private async framePictures(id: string, chunk: number) {
    try {
      return readTensors(await this.store.get(framesKey(id, chunk))).tensors;
    } catch (error) {
      if (error instanceof ObjectMissingError) return {};
      throw error;
    }
  }
}
