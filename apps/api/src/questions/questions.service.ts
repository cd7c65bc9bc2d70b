import { Inject, Injectable } from '@nestjs/common';
import { NotFoundError, type Ask, type ListQuery, type Page, type Question } from '@loci/contracts';
import type { Database } from '@loci/database';
import { Dispatcher } from '@loci/queue';
import { DATABASE } from '../connections/tokens.js';
import { Closing } from '../http/closing.js';
import { WriteGate } from '../http/gates.js';
import { waitFor } from '../http/wait.js';
import { MemoriesService } from '../memories/memories.service.js';
import { ModelsService } from '../models/models.service.js';
import { placeAsk } from './ask.js';

/** Whether nothing more will happen to a question. */
export const hasEnded = (question: Question): boolean => question.status !== 'queued';

@Injectable()
export class QuestionsService {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(MemoriesService) private readonly memories: MemoriesService,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(Closing) private readonly closing: Closing,
    @Inject(WriteGate) private readonly gate: WriteGate,
  ) {}

  /**
   * Writes a question about a memory, queues it, and waits up to `seconds` for its answer. While the memory
   * is being built, the question waits for the chunks that it needs.
   * @throws LociError 'not-ready' when the memory has failed; GateClosedError when too many ask at once
   */
  async ask(
    tenant: string,
    memoryId: string,
    ask: Ask,
    seconds: number,
    disconnected: AbortSignal,
  ): Promise<Question> {
    const question = await this.gate.run(() => this.askNow(tenant, memoryId, ask), disconnected);
    return this.getEnded(tenant, question.id, seconds, disconnected);
  }

  /** A question as soon as it has ended, or as it stands after `seconds`. */
  getEnded(tenant: string, id: string, seconds: number, disconnected: AbortSignal): Promise<Question> {
    return waitFor({
      read: () => this.get(tenant, id),
      ended: hasEnded,
      hear: (listener) => this.database.news.hear(id, listener),
      seconds,
      signal: AbortSignal.any([disconnected, this.closing.signal]),
    });
  }

  private async askNow(tenant: string, memoryId: string, ask: Ask): Promise<Question> {
    const memory = await this.memories.find(tenant, memoryId);
    const placed = placeAsk(ask, this.models.named(memory.model), await this.memories.clipOf(memory));
    const question = await this.database.questions.ask(tenant, memoryId, placed);
    if (question === null) throw new NotFoundError(`Memory ${memoryId}`);
    await this.dispatcher.deliver(memoryId);
    return question;
  }

  async list(tenant: string, memoryId: string, query: ListQuery): Promise<Page<Question>> {
    await this.memories.find(tenant, memoryId);
    return this.database.questions.list(tenant, memoryId, query);
  }

  async get(tenant: string, id: string): Promise<Question> {
    const question = await this.database.questions.get(tenant, id);
    if (question === null) throw new NotFoundError(`Question ${id}`);
    return question;
  }
}
