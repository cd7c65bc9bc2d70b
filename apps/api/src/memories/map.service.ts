import { Inject, Injectable, Logger } from '@nestjs/common';
import type { SpaceMap } from '@loci/contracts';
import { readTensors } from '@loci/tensors';
import { ObjectMissingError, mapKey, type ObjectStore } from '@loci/storage';
import { STORE } from '../connections/tokens.js';
import { ModelsService } from '../models/models.service.js';
import { MemoriesService } from './memories.service.js';
import { assembleMap, chunkMap, type ChunkMap } from './space-map.js';

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
    const map = await assembleMap(this.chunkMaps(id, head), {
      categories: manifest?.categories ?? [],
      startS,
    });
    return { ...map, up: manifest?.up ?? USUAL_UP, unit: 'm' };
  }

  /** The maps that the worker stored, in the order of the chunks. A missing one leaves a hole. */
  private async *chunkMaps(id: string, chunks: number): AsyncGenerator<ChunkMap> {
    for (let chunk = 0; chunk < chunks; chunk++) {
      try {
        yield chunkMap(readTensors(await this.store.get(mapKey(id, chunk))).tensors);
      } catch (error) {
        if (!(error instanceof ObjectMissingError)) throw error;
        this.logger.warn({ memoryId: id, chunk }, 'the map has no part for this chunk');
      }
    }
  }
}
