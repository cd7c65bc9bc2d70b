import type { Stage } from '@loci/contracts';
import { workOf } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import type { ChunkRef, QuestionRef, Stages } from './stages.js';

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
