import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@loci/database';
import { DATABASE } from '../connections/tokens.js';

/** A key that was taken back is refused after so long at the latest, in ms. */
const REMEMBERED_MS = 5_000;
/** Keys that are remembered at once. */
const MAX_KEYS = 10_000;

/** The tenants of the keys in use, so that a burst of requests does not ask Postgres for each. */
@Injectable()
export class KnownKeys {
  private readonly known = new Map<string, { tenant: Promise<string | null>; until: number }>();

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** The tenant of a key, by the key's hash; null when it is not known. */
  async tenantOf(hash: string): Promise<string | null> {
    const now = performance.now();
    const remembered = this.known.get(hash);
    if (remembered !== undefined && remembered.until > now) return remembered.tenant;
    const tenant = this.database.keys.tenantOf(hash);
    if (this.known.size >= MAX_KEYS) this.known.clear();
    this.known.set(hash, { tenant, until: now + REMEMBERED_MS });
    try {
      const found = await tenant;
      if (found === null) this.known.delete(hash);
      return found;
    } catch (error) {
      this.known.delete(hash);
      throw error;
    }
  }
}
