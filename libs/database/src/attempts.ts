import type { Stage } from '@loci/contracts';
import { isPoison } from '@loci/pipeline';
import type { Connection, Queries } from './client.js';
import { livingWorkers } from './presence.js';
import type { ChunkRef, QuestionRef, Stages } from './stages.js';

/** What an attempt is about, within its memory: `perceive 3`, `answer qst_…`. */
export const workOf = (stage: Stage, ref: ChunkRef | QuestionRef): string =>
  `${stage} ${'question_id' in ref ? ref.question_id : ref.chunk}`;

/**
 * Records that a worker begins. Those that began before and are gone have died on it; those that live are
 * only slow, or stand still. Attempts from before the server's own start say nothing: it forgot all sessions.
 * @returns false when the work is poison; nothing is recorded then
 */
export async function beginAttempt(
  tx: Queries,
  memoryId: string,
  work: string,
  worker: number,
): Promise<boolean> {
  const begun = await tx.$queryRaw<{ worker: number }[]>`
    SELECT worker FROM attempt
    WHERE memory_id = ${memoryId} AND work = ${work} AND begun_at >= pg_postmaster_start_time()`;
  if (begun.length > 0) {
    const living = new Set(await livingWorkers(tx));
    if (isPoison(begun.filter((attempt) => !living.has(attempt.worker)).length)) return false;
  }
  await tx.$executeRaw`
    INSERT INTO attempt (memory_id, work, worker) VALUES (${memoryId}, ${work}, ${worker})
    ON CONFLICT (memory_id, work, worker) DO UPDATE SET begun_at = now()`;
  return true;
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
