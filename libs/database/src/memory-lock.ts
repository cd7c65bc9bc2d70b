import { clockScaleSchema, NotFoundError } from '@loci/contracts';
import type { Queries } from './client.js';
import type { MemoryRecord } from './records.js';

/**
 * Locks a memory's row. Whatever changes a memory, its jobs or its questions holds this lock, and takes it
 * first, so that no two transactions deadlock. Null when the memory is gone.
 */
export async function lockMemory(tx: Queries, id: string): Promise<MemoryRecord | null> {
  const [memory] = await tx.$queryRaw<MemoryRecord[]>`
    SELECT id, tenant, video_id AS "videoId", model, sampling_fps AS "samplingFps",
      sampling_pictures AS "samplingPictures", camera_sha256 AS "cameraSha256", status, frames, chunks, head,
      clock
    FROM memory WHERE id = ${id} FOR UPDATE`;
  return memory === undefined ? null : { ...memory, clock: clockScaleSchema.nullable().parse(memory.clock) };
}

/**
 * As lockMemory.
 * @throws NotFoundError when the memory is gone
 */
export async function lockMemoryOrThrow(tx: Queries, id: string): Promise<MemoryRecord> {
  const memory = await lockMemory(tx, id);
  if (memory === null) throw new NotFoundError(`memory ${id}`);
  return memory;
}
