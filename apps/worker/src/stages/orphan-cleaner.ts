import { featuresKey, memoryPrefixes } from '@loci/storage';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from '../connections.js';

/**
 * Deletes objects that nobody will read: a worker wrote them for a chunk that another worker had remembered
 * meanwhile, or for a memory that was deleted.
 */
@Injectable()
export class OrphanCleaner {
  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {}

  /** Deletes the orphans of a chunk whose commit was lost. */
  async cleanChunk(memoryId: string, chunk: number): Promise<void> {
    const { database, store } = this.connections;
    const memory = await database.memories.find(memoryId);
    if (memory === null) {
      for (const prefix of memoryPrefixes(memoryId)) await store.deletePrefix(prefix);
    } else if (chunk < memory.head) {
      await store.delete(featuresKey(memoryId, chunk));
    }
  }
}
