import type { Connection } from './client.js';

/** A deleted video whose objects are still to be removed. */
export interface PendingDeletion {
  videoId: string;
  /** Of the clip; another video may have the same bytes. */
  sha256: string;
  memoryIds: string[];
}

/** Which of the owners of objects exist; those of deletions that are not finished count. */
export interface ObjectOwners {
  clips(sha256s: string[]): Promise<Set<string>>;
  memories(ids: string[]): Promise<Set<string>>;
  /** Whether there is no video, and never was one. */
  none(): Promise<boolean>;
}

export const objectOwnersOf = ({ prisma }: Connection): ObjectOwners => ({
  async clips(sha256s) {
    const rows = await prisma.$queryRaw<{ id: string }[]>`
      SELECT sha256 AS id FROM video WHERE sha256 = ANY(${sha256s}::text[])
      UNION SELECT sha256 FROM deletion WHERE finished_at IS NULL AND sha256 = ANY(${sha256s}::text[])`;
    return new Set(rows.map(({ id }) => id));
  },
  async memories(ids) {
    const rows = await prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM memory WHERE id = ANY(${ids}::text[])
      UNION SELECT unnest(memory_ids) FROM deletion WHERE finished_at IS NULL`;
    return new Set(rows.map(({ id }) => id));
  },
  none: async () => (await prisma.video.count()) + (await prisma.deletion.count()) === 0,
});

/** What is left to do for deleted videos. */
export interface Deletions {
  /** Takes up to `limit` deletions that nobody works on, the oldest first. */
  claim(limit: number): Promise<PendingDeletion[]>;
  /** The ids of the videos that were deleted before a moment and whose objects are still to be removed. */
  overdue(before: Date): Promise<string[]>;
  /** Notes that the objects of a deleted video are gone. */
  finish(videoId: string): Promise<void>;
}

/** After this time another sweep takes a deletion up: the one before died, or the store was away. Seconds. */
const CLAIM_S = 30;
/** For how long deleting a deleted video succeeds once more, in days. */
const REMEMBERED_DAYS = 30;

export const deletionsOf = ({ prisma }: Connection): Deletions => ({
  claim: (limit) => prisma.$queryRaw<PendingDeletion[]>`
    UPDATE deletion SET claimed_at = now()
    WHERE video_id IN (
      SELECT video_id FROM deletion
      WHERE finished_at IS NULL
        AND (claimed_at IS NULL OR claimed_at < now() - make_interval(secs => ${CLAIM_S}))
      ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING video_id AS "videoId", sha256, memory_ids AS "memoryIds"`,
  async overdue(before) {
    const rows = await prisma.deletion.findMany({
      where: { finishedAt: null, createdAt: { lt: before } },
      select: { videoId: true },
      orderBy: { createdAt: 'asc' },
    });
    return rows.map(({ videoId }) => videoId);
  },
  async finish(videoId) {
    await prisma.$executeRaw`UPDATE deletion SET finished_at = now() WHERE video_id = ${videoId}`;
    await prisma.$executeRaw`
      DELETE FROM deletion WHERE finished_at < now() - make_interval(days => ${REMEMBERED_DAYS}::int)`;
  },
});
