import { newId, type ListQuery, type Page, type Probe, type Video } from '@loci/contracts';
import type { Connection } from './client.js';
import { pageWindow, toPage } from './pages.js';
import { videoView } from './rows.js';

export type NewVideo = Probe & {
  tenant: string;
  /** hex */
  sha256: string;
  bytes: number;
};

export interface Videos {
  /** The tenant's video with these bytes: the one that it had, or a new one. */
  create(video: NewVideo): Promise<{ video: Video; created: boolean }>;
  get(tenant: string, id: string): Promise<Video | null>;
  /** Newest first. */
  list(tenant: string, page: ListQuery): Promise<Page<Video>>;
  /**
   * Removes the video with its memories, jobs, questions and answers; null when the tenant has no such video. With
   * `lastReference` no video of any tenant has these bytes any more.
   */
  delete(tenant: string, id: string): Promise<{ sha256: string; lastReference: boolean; memoryIds: string[] } | null>;
}

export function videosOf({ prisma, transact }: Connection): Videos {
  return {
    async create({ tenant, sha256, bytes, duration_s, width, height, fps, codec }) {
      const row = { id: newId('video'), tenant, sha256, bytes: BigInt(bytes), durationS: duration_s, width, height, fps, codec };
      const { count } = await prisma.video.createMany({ data: [row], skipDuplicates: true });
      const video = await prisma.video.findUniqueOrThrow({ where: { tenant_sha256: { tenant, sha256 } } });
      return { video: videoView(video), created: count === 1 };
    },
    async get(tenant, id) {
      const row = await prisma.video.findFirst({ where: { id, tenant } });
      return row === null ? null : videoView(row);
    },
    async list(tenant, page) {
      const { where, ...window } = pageWindow(page);
      const rows = await prisma.video.findMany({ where: { tenant, ...where }, ...window });
      return toPage(rows, page, (kept) => kept.map(videoView));
    },
    delete: (tenant, id) =>
      transact(async (tx) => {
        const video = await tx.video.findFirst({ where: { id, tenant } });
        if (video === null) return null;
        // two tenants that delete the same bytes at once: one of them is the last
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${video.sha256}, 0))::text`;
        const memories = await tx.memory.findMany({ where: { videoId: id }, select: { id: true } });
        const jobs = await tx.job.findMany({ where: { videoId: id }, select: { id: true } });
        await tx.idempotencyKey.deleteMany({ where: { jobId: { in: jobs.map((job) => job.id) } } });
        const { count } = await tx.video.deleteMany({ where: { id } });
        if (count === 0) return null;
        const others = await tx.video.count({ where: { sha256: video.sha256 } });
        return { sha256: video.sha256, lastReference: others === 0, memoryIds: memories.map((memory) => memory.id) };
      }),
  };
}
