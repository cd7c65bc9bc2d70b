import {
  clipAccessSchema,
  LociError,
  newId,
  type ClipAccess,
  type ListQuery,
  type Page,
  type Probe,
  type Video,
} from '@loci/contracts';
import type { Connection, Queries } from './client.js';
import { Prisma } from './generated/client.js';
import { pageWindow, toPage } from './pages.js';
import { videoView, type VideoRow } from './views.js';

export type NewVideo = Probe & {
  tenant: string;
  /** hex */
  sha256: string;
  bytes: number;
  /** How the clip is reached, where that was found out. */
  access?: ClipAccess;
};

export interface Videos {
  /**
   * The tenant's video with these bytes: the one that it had, or a new one.
   * @param clipExists is asked while nobody can remove the clip
   * @throws ClipGoneError when the clip does not exist any more; no row is written then
   */
  create(video: NewVideo, clipExists: () => Promise<boolean>): Promise<{ video: Video; created: boolean }>;
  get(tenant: string, id: string): Promise<Video | null>;
  /** How the clip of a tenant's video is reached; null where that was not found out. */
  accessOf(tenant: string, id: string): Promise<ClipAccess | null>;
  /** The tenant's video with these bytes. @param sha256 hex */
  withBytes(tenant: string, sha256: string): Promise<Video | null>;
  /** Newest first. */
  list(tenant: string, page: ListQuery): Promise<Page<Video>>;
  /**
   * Deletes the video with its memories, jobs, questions and answers, and leaves a deletion (see Deletions)
   * for its objects. False when the tenant has no such video, and has not lately deleted one.
   */
  delete(tenant: string, id: string): Promise<boolean>;
  /**
   * Runs `remove` when no video of any tenant has these bytes. Meanwhile none can be created.
   * @returns whether it ran
   */
  removeClip(sha256: string, remove: () => Promise<void>): Promise<boolean>;
}

/**
 * The clip of a new video was removed from the store before its row was written. Uploading it again helps.
 */
export class ClipGoneError extends LociError {
  override readonly name = 'ClipGoneError';
  constructor() {
    super('unavailable', 'The same clip was being deleted at this moment; upload it again');
  }
}

export function videosOf({ prisma, read, transact }: Connection): Videos {
  return {
    create: ({ duration_s, start_s, bytes, ...given }, clipExists) =>
      transact(async (tx) => {
        const { tenant, sha256 } = given;
        await holdBytes(tx, sha256);
        if (!(await clipExists())) throw new ClipGoneError();
        const row = {
          ...given,
          id: newId('video'),
          bytes: BigInt(bytes),
          durationS: duration_s,
          startS: start_s,
        };
        const { count } = await tx.video.createMany({ data: [row], skipDuplicates: true });
        // what is stored now is what was made of these bytes just now, for every video that has them
        if (given.access !== undefined)
          await tx.video.updateMany({ where: { sha256 }, data: { access: given.access } });
        const video = await tx.video.findUniqueOrThrow({ where: { tenant_sha256: { tenant, sha256 } } });
        return { video: videoView(video), created: count === 1 };
      }),
    async get(tenant, id) {
      const [row] = await read<VideoRow>(
        'video',
        Prisma.sql`SELECT id, status, sha256, bytes, track, start_s AS "startS", duration_s AS "durationS",
          width, height, fps, codec, created_at AS "createdAt"
        FROM video WHERE id = ${id} AND tenant = ${tenant}`,
      );
      return row === undefined ? null : videoView(row);
    },
    async accessOf(tenant, id) {
      const row = await prisma.video.findFirst({ where: { id, tenant }, select: { access: true } });
      return clipAccessSchema.nullable().parse(row?.access ?? null);
    },
    async withBytes(tenant, sha256) {
      const row = await prisma.video.findUnique({ where: { tenant_sha256: { tenant, sha256 } } });
      return row === null ? null : videoView(row);
    },
    async list(tenant, page) {
      const { where, ...window } = pageWindow(page);
      const rows = await prisma.video.findMany({ where: { tenant, ...where }, ...window });
      return toPage(rows, page, (kept) => kept.map(videoView));
    },
    delete: (tenant, id) => transact((tx) => deleteVideo(tx, tenant, id)),
    removeClip: (sha256, remove) =>
      transact(async (tx) => {
        await holdBytes(tx, sha256);
        if ((await tx.video.count({ where: { sha256 } })) > 0) return false;
        await remove();
        return true;
      }),
  };
}

async function deleteVideo(tx: Queries, tenant: string, id: string): Promise<boolean> {
  const video = await tx.video.findFirst({ where: { id, tenant } });
  if (video === null) return (await tx.deletion.count({ where: { videoId: id, tenant } })) > 0;
  // keeps submits from adding a memory that the deletion would not know
  await tx.$queryRaw`SELECT 1 FROM video WHERE id = ${id} FOR UPDATE`;
  const memories = await tx.memory.findMany({
    where: { videoId: id },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  const jobs = await tx.job.findMany({ where: { videoId: id }, select: { id: true } });
  await tx.deletion.createMany({
    data: [{ videoId: id, tenant, sha256: video.sha256, memoryIds: memories.map((memory) => memory.id) }],
    skipDuplicates: true,
  });
  await tx.idempotencyKey.deleteMany({ where: { jobId: { in: jobs.map((job) => job.id) } } });
  await tx.video.deleteMany({ where: { id } });
  return true;
}

/**
 * Until the transaction ends, no other transaction creates a video with these bytes or removes their clip.
 */
async function holdBytes(tx: Queries, sha256: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${sha256}, 0))::text`;
}
