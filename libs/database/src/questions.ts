import { LociError, type Ask, type ListQuery, type Page, type Question } from '@loci/contracts';
import type { Connection } from './client.js';
import { json } from './json-columns.js';
import { lockMemory } from './memory-lock.js';
import { newQuestion } from './new-question.js';
import { pageWindow, toPage } from './pages.js';
import { questionView } from './views.js';

export interface Questions {
  /**
   * Asks a memory a question that belongs to no job; null when the tenant has no such memory.
   * @throws LociError not-ready when the memory has failed
   */
  ask(
    tenant: string,
    memoryId: string,
    question: { ask: Ask; needsChunks: number },
  ): Promise<Question | null>;
  get(tenant: string, id: string): Promise<Question | null>;
  /** All that a memory was asked, by jobs too; newest first. */
  list(tenant: string, memoryId: string, page: ListQuery): Promise<Page<Question>>;
}

export function questionsOf({ prisma, transact }: Connection): Questions {
  return {
    ask: (tenant, memoryId, { ask, needsChunks }) =>
      transact(async (tx) => {
        const memory = await lockMemory(tx, memoryId);
        if (memory === null || memory.tenant !== tenant) return null;
        if (memory.status === 'failed')
          throw new LociError(
            'not-ready',
            `Memory ${memoryId} could not be built; submit a job to build it again`,
          );
        const row = newQuestion(memory, ask, needsChunks, null);
        const columns = { options: json(ask.options), answer: json(null), error: json(null) };
        return questionView(await tx.question.create({ data: { ...row, ...columns } }));
      }),
    async get(tenant, id) {
      const row = await prisma.question.findFirst({ where: { id, tenant } });
      return row === null ? null : questionView(row);
    },
    async list(tenant, memoryId, page) {
      const { where, ...window } = pageWindow(page);
      const rows = await prisma.question.findMany({ where: { tenant, memoryId, ...where }, ...window });
      return toPage(rows, page, (kept) => kept.map(questionView));
    },
  };
}
