import { beginAttempt, endAttempts, workOf } from './attempts.js';
import type { Connection } from './client.js';
import { accessOf } from './json-columns.js';
import { refreshJobs, startJobs } from './job-events.js';
import { interestIn } from './memory-interest.js';
import { lockMemory } from './memory-lock.js';
import type { Stages } from './stages.js';

export const perceiveStage = ({
  transact,
  presence,
}: Connection): Pick<Stages, 'beginPerceive' | 'commitPerceive' | 'forgetFeatures'> => ({
  beginPerceive: async (memoryId, chunk) => {
    await presence.show();
    return transact(async (tx) => {
      const memory = await lockMemory(tx, memoryId);
      if (memory === null) return { skip: 'the memory is gone' };
      if (memory.status !== 'building') return { skip: `the memory is ${memory.status}` };
      const row = await tx.chunk.findUnique({ where: { memoryId_index: { memoryId, index: chunk } } });
      if (row === null) return { skip: 'the memory has no such chunk' };
      if (row.status !== 'pending') return { skip: `the chunk is ${row.status}` };
      const { wanted, unstarted } = await interestIn(tx, memoryId);
      if (!wanted) return { skip: 'nobody waits for the memory' };
      const work = workOf('perceive', { memory_id: memoryId, chunk });
      if (!(await beginAttempt(tx, memoryId, work, presence.worker))) return { poison: true };
      if (unstarted) await startJobs(tx, memoryId);
      const video = await tx.video.findUniqueOrThrow({
        where: { id: memory.videoId },
        select: { id: true, sha256: true, bytes: true, track: true, access: true },
      });
      const [bytes, access] = [Number(video.bytes), accessOf(video.access)];
      return { task: { memory, chunk, video: { ...video, bytes, access } } };
    });
  },

  commitPerceive: (memoryId, chunk, { seconds }) =>
    transact(async (tx) => {
      const memory = await lockMemory(tx, memoryId);
      if (memory === null) return false;
      const { count } = await tx.chunk.updateMany({
        where: { memoryId, index: chunk, status: 'pending' },
        data: { status: 'perceived', perceiveS: seconds },
      });
      if (count === 0) return false;
      await endAttempts(tx, memoryId, workOf('perceive', { memory_id: memoryId, chunk }));
      await refreshJobs(tx, memoryId, {});
      return true;
    }),

  forgetFeatures: (memoryId, chunk) =>
    transact(async (tx) => {
      if ((await lockMemory(tx, memoryId)) === null) return;
      await tx.chunk.updateMany({
        where: { memoryId, index: chunk, status: 'perceived' },
        data: { status: 'pending' },
      });
      await endAttempts(tx, memoryId, workOf('remember', { memory_id: memoryId, chunk }));
    }),
});
