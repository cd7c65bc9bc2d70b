import type { Stage } from '@loci/contracts';
import type { Connection } from './client.js';
import type { ChunkRef, QuestionRef, Stages } from './stages.js';

/** Decrements the counts of started attempts; see Stages.refundAttempt. */
export const attemptRefunds = ({ prisma }: Connection): Pick<Stages, 'refundAttempt'> => ({
  async refundAttempt(stage: Stage, ref: ChunkRef | QuestionRef) {
    if ('question_id' in ref) {
      await prisma.question.updateMany({
        where: { id: ref.question_id, starts: { gt: 0 } },
        data: { starts: { decrement: 1 } },
      });
      return;
    }
    const starts = stage === 'perceive' ? 'perceiveStarts' : 'rememberStarts';
    await prisma.chunk.updateMany({
      where: { memoryId: ref.memory_id, index: ref.chunk, [starts]: { gt: 0 } },
      data: { [starts]: { decrement: 1 } },
    });
  },
});
