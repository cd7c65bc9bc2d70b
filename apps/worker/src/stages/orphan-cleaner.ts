import { featuresKey, memoryPrefixes } from '@loci/storage';
import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type Parts } from '../parts.js';

/**
 * Clears objects that a worker wrote for work that turned out to be over: the chunk had been remembered meanwhile, or the
 * memory deleted.
 */
@Injectable()
export class OrphanCleaner {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** Deletes what nobody will read of a chunk whose commit was lost. */
  async sweepChunk(memoryId: string, chunk: number): Promise<void> {
    const { database, store } = this.parts;
    const rows = await database.memories.facts(memoryId);
    if (rows === null) {
      for (const prefix of memoryPrefixes(memoryId)) await store.deletePrefix(prefix);
    } else if (chunk < rows.memory.head) {
      await store.delete(featuresKey(memoryId, chunk));
    }
  }
}
