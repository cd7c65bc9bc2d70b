import { workOf } from '@loci/pipeline';
import { endAttempts } from './attempts.js';
import { beginChunk, commitChunk, commonArguments } from './calls.js';
import type { Connection } from './client.js';
import { Prisma } from './generated/client.js';
import { lockMemory } from './memory-lock.js';
import type { Stages } from './stages.js';

export const perceiveStage = (
  connection: Connection,
): Pick<Stages, 'beginPerceive' | 'commitPerceive' | 'forgetFeatures'> => ({
  async beginPerceive(memoryId, chunk) {
    const work = workOf('perceive', { memory_id: memoryId, chunk });
    const begun = await beginChunk(connection, 'perceive', memoryId, chunk, work);
    return 'task' in begun ? { ...begun, task: { ...begun.task, chunk } } : begun;
  },

  commitPerceive(memoryId, chunk, { seconds }) {
    const work = workOf('perceive', { memory_id: memoryId, chunk });
    const common = commonArguments(connection.quietMs);
    return commitChunk(
      connection,
      memoryId,
      'commit_perceive',
      Prisma.sql`SELECT commit_perceive(${memoryId}, ${chunk}, ${work}, ${seconds}, ${common}) AS value`,
    );
  },

  forgetFeatures: (memoryId, chunk) =>
    connection.transact(async (tx) => {
      if ((await lockMemory(tx, memoryId)) === null) return;
      await tx.chunk.updateMany({
        where: { memoryId, index: chunk, status: 'perceived' },
        data: { status: 'pending' },
      });
      await endAttempts(tx, memoryId, workOf('remember', { memory_id: memoryId, chunk }));
    }),
});
