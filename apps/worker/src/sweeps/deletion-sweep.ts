import type { PendingDeletion } from '@loci/database';
import { clipKeys, memoryPrefixes } from '@loci/storage';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from '../connections.js';

/** Deletions that a sweep takes at a time, so that other workers get their share. */
const AT_A_TIME = 8;

/** Removes the objects of deleted videos. Removing what is gone changes nothing, so it may begin again. */
@Injectable()
export class DeletionSweep {
  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {}

  async finishAll(stop: AbortSignal): Promise<void> {
    const { deletions } = this.connections.database;
    while (!stop.aborted) {
      const claimed = await deletions.claim(AT_A_TIME);
      for (const deletion of claimed) await this.finish(deletion);
      if (claimed.length < AT_A_TIME) return;
    }
  }

  /** The clip goes too, unless another video has the same bytes. */
  private async finish({ videoId, sha256, memoryIds }: PendingDeletion): Promise<void> {
    const { database, store, logger } = this.connections;
    for (const prefix of memoryIds.flatMap((memoryId) => memoryPrefixes(memoryId)))
      await store.deletePrefix(prefix);
    await database.videos.removeClip(sha256, async () => {
      for (const key of clipKeys(sha256)) await store.delete(key);
    });
    await database.deletions.finish(videoId);
    logger.info({ video: videoId }, 'deleted');
  }
}
