import { findOrphans, ORPHAN_AGE_MS, ownerOf, type StoredObject } from '@loci/storage';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from '../connections.js';

/**
 * Removes what killed processes left in the store: unfinished puts, uploads that no video came of, objects
 * that were written after their memory was deleted.
 */
@Injectable()
export class OrphanSweep {
  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {}

  async removeAll(stop: AbortSignal): Promise<void> {
    const { database, store, logger } = this.connections;
    const before = new Date(Date.now() - ORPHAN_AGE_MS);
    for (const put of await store.unfinishedPuts(before)) {
      await put.discard();
      logger.info({ object: put.name }, 'removed what nobody finished');
    }
    // an empty database may be the wrong one for this store
    if (await database.objectOwners.none()) return;
    for await (const orphan of findOrphans(store, database.objectOwners, before)) {
      if (stop.aborted) return;
      await this.remove(orphan);
    }
  }

  private async remove({ key }: StoredObject): Promise<void> {
    const { database, store, logger } = this.connections;
    // a video may just be getting this clip
    const owner = ownerOf(key);
    if (owner?.kind === 'clip') await database.videos.removeClip(owner.id, () => store.delete(key));
    else await store.delete(key);
    logger.info({ object: key }, 'removed what nobody owns');
  }
}
