import type { Connection } from './client.js';
import { accessOf } from './json-columns.js';

/** A clip that the store must hold, with so many bytes. */
export interface ExpectedClip {
  videoId: string;
  sha256: string;
  bytes: number;
  /** Of its remuxed copy; null when it has none. */
  remuxedBytes: number | null;
}

/** A chunk whose objects the store must hold. */
export interface ExpectedChunk {
  memoryId: string;
  index: number;
  /** Perceived chunks have features and thumbnails, remembered ones thumbnails and points. */
  status: 'perceived' | 'remembered';
}

/** What the object store must hold, as the rows say. */
export interface ExpectedObjects {
  clips(): AsyncIterable<ExpectedClip>;
  /** The chunks of a memory come one after another. */
  chunks(): AsyncIterable<ExpectedChunk>;
}

/** Rows that are read at a time. */
const PAGE = 1000;

export const expectedObjectsOf = ({ prisma }: Connection): ExpectedObjects => ({
  async *clips() {
    for (let after = ''; ;) {
      const rows = await prisma.video.findMany({
        where: { id: { gt: after } },
        select: { id: true, sha256: true, bytes: true, access: true },
        orderBy: { id: 'asc' },
        take: PAGE,
      });
      for (const { id, sha256, bytes, access } of rows) {
        const remuxedBytes = accessOf(access)?.remuxed_bytes ?? null;
        yield { videoId: id, sha256, bytes: Number(bytes), remuxedBytes };
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  },
  async *chunks() {
    for (let after = { memoryId: '', index: 0 }; ;) {
      const rows = await prisma.$queryRaw<ExpectedChunk[]>`
        SELECT memory_id AS "memoryId", index, status FROM chunk
        WHERE status <> 'pending' AND (memory_id, index) > (${after.memoryId}, ${after.index})
        ORDER BY memory_id, index LIMIT ${PAGE}`;
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last;
    }
  },
});
