import { Inject, Injectable, Logger } from '@nestjs/common';
import type { SpaceMap, Suggestion, Timeline } from '@loci/contracts';
import type { MemoryRecord } from '@loci/database';
import { readTensors } from '@loci/tensors';
import { ObjectMissingError, mapKey, type ObjectStore } from '@loci/storage';
import { STORE } from '../connections/tokens.js';
import { ModelsService } from '../models/models.service.js';
import { MemoriesService } from './memories.service.js';
import { chunkMap, type ChunkMap } from './chunk-map.js';
import { MapObjects } from './map-objects.js';
import { round } from './rounding.js';
import { assembleMap } from './space-map.js';
import { suggest } from './suggest.js';
import type { TimedPose } from './tum.js';

/** Up in OpenCV's axes, where y points down. Used when a memory's model is not loaded any more. */
const USUAL_UP: SpaceMap['up'] = [0, -1, 0];

@Injectable()
export class MapService {
  private readonly logger = new Logger('Map');

  constructor(
    @Inject(STORE) private readonly store: ObjectStore,
    @Inject(MemoriesService) private readonly memories: MemoriesService,
    @Inject(ModelsService) private readonly models: ModelsService,
  ) {}

  /** The map of the chunks remembered so far. */
  async get(tenant: string, id: string): Promise<SpaceMap> {
    const memory = await this.memories.find(tenant, id);
    const { model, head } = memory;
    const { startS } = await this.memories.clipOf(memory);
    const manifest = this.models.of(model)?.manifest;
    const names = { categories: manifest?.categories ?? [], startS };
    const objects = await this.knownObjects(memory);
    const map = await assembleMap(this.chunkMaps(id, head), { ...names, objects });
    return { ...map, objects: objects.list(names), up: manifest?.up ?? USUAL_UP, unit: 'm' };
  }

  /** Questions that fit what is in the memory; none where its model does not read own words. */
  async suggestions(tenant: string, id: string): Promise<Suggestion[]> {
    const memory = await this.memories.find(tenant, id);
    const manifest = this.models.of(memory.model)?.manifest;
    if (manifest?.reading === undefined) return [];
    const { startS } = await this.memories.clipOf(memory);
    const objects = await this.knownObjects(memory);
    for await (const map of this.chunkMaps(id, memory.head)) objects.see(map);
    const found = objects.list({ categories: manifest.categories, startS });
    return suggest(found, new Set(Object.keys(manifest.tasks)));
  }

  /** The moments of the chunks remembered so far. */
  async timeline(tenant: string, id: string): Promise<Timeline> {
    const memory = await this.memories.find(tenant, id);
    const { startS } = await this.memories.clipOf(memory);
    const categories = this.models.of(memory.model)?.manifest.categories ?? [];
    const objects = await this.knownObjects(memory);
    // a boundary among the frames that two chunks share is found twice
    const shots = new Set<number>();
    let isComplete = true;
    for await (const map of this.chunkMaps(id, memory.head)) {
      objects.see(map);
      isComplete &&= map.shots !== null;
      for (const shot of map.shots ?? []) shots.add(round(startS + shot));
    }
    const sightings = objects
      .list({ categories, startS })
      .flatMap(({ id: object_id, category, first_seen_s }) =>
        first_seen_s === null ? [] : [{ object_id, category, t_s: first_seen_s }],
      );
    return {
      shot_boundaries_s: isComplete ? [...shots].sort((a, b) => a - b) : null,
      first_sightings: sightings.sort((a, b) => a.t_s - b.t_s),
    };
  }

  /** The camera's pose at each frame so far, in seconds of a player. */
  async poses(tenant: string, id: string): Promise<TimedPose[]> {
    const memory = await this.memories.find(tenant, id);
    const { startS } = await this.memories.clipOf(memory);
    const poses: TimedPose[] = [];
    for await (const { trajectory, times } of this.chunkMaps(id, memory.head))
      times.forEach((t, frame) =>
        poses.push({ tS: startS + t, pose: trajectory.slice(16 * frame, 16 * (frame + 1)) }),
      );
    return poses;
  }

  /** The objects that are known after the last chunk; none has seen a point yet. */
  private async knownObjects({ id, head }: MemoryRecord): Promise<MapObjects> {
    const last = head === 0 ? null : await this.chunkMap(id, head - 1);
    return new MapObjects(last?.landmarks ?? new Float32Array(0));
  }

  /** The maps that the worker stored, in the order of the chunks. A missing one leaves a hole. */
  private async *chunkMaps(id: string, chunks: number): AsyncGenerator<ChunkMap> {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const map = await this.chunkMap(id, chunk);
      if (map !== null) yield map;
    }
  }

  private async chunkMap(id: string, chunk: number): Promise<ChunkMap | null> {
    try {
      return chunkMap(readTensors(await this.store.get(mapKey(id, chunk))).tensors);
    } catch (error) {
      if (!(error instanceof ObjectMissingError)) throw error;
      this.logger.warn({ memoryId: id, chunk }, 'the map has no part for this chunk');
      return null;
    }
  }
}
