import type { Stage } from '@loci/contracts';
import { MAX_DEATHS, workOf } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { WORKERS } from './presence.js';
import type { ChunkRef, QuestionRef, Stages } from './stages.js';

/** Records that a worker begins. False when the work is poison; nothing is recorded then. */
export async function beginAttempt(
  tx: Queries,
  memoryId: string,
  work: string,
  worker: number,
): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ begun: boolean }[]>`
    SELECT begin_attempt(${memoryId}, ${work}, ${worker}::int, ${MAX_DEATHS}::int, ${WORKERS}::int) AS begun`;
  return row?.begun === true;
}

/** Forgets who has begun a piece of work: it is done, or it begins anew. */
export async function endAttempts(tx: Queries, memoryId: string, work: string): Promise<void> {
  await tx.attempt.deleteMany({ where: { memoryId, work } });
}

/** Takes the attempts of this worker back; see Stages.refundAttempt. */
export const attemptRefunds = ({ prisma, presence }: Connection): Pick<Stages, 'refundAttempt'> => ({
  async refundAttempt(stage: Stage, ref: ChunkRef | QuestionRef) {
    await prisma.attempt.deleteMany({
      where: {
        work: workOf(stage, ref),
        worker: presence.worker,
        ...('memory_id' in ref
          ? { memoryId: ref.memory_id }
          : { memory: { questions: { some: { id: ref.question_id } } } }),
      },
    });
  },
});
