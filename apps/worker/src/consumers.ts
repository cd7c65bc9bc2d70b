import type { Consumer } from '@loci/queue';
import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type Parts } from './parts.js';
import { Answer } from './stages/answer.js';
import { Perceive } from './stages/perceive.js';
import { Remember } from './stages/remember.js';

/** Takes deliveries of the configured stages from the queue. */
@Injectable()
export class Consumers {
  private taking: Consumer[] = [];

  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(Perceive) private readonly perceive: Perceive,
    @Inject(Remember) private readonly remember: Remember,
    @Inject(Answer) private readonly answer: Answer,
  ) {}

  start(): void {
    const { queues, config } = this.parts;
    const { concurrency } = config;
    const consume = {
      perceive: () =>
        queues.consume('perceive', (payload, { signal }) => this.perceive.handle(payload, signal), {
          concurrency,
        }),
      remember: () =>
        queues.consume('remember', (payload, { signal }) => this.remember.handle(payload, signal), {
          concurrency,
        }),
      answer: () =>
        queues.consume('answer', (payload, { signal }) => this.answer.handle(payload, signal), {
          concurrency,
        }),
    };
    this.taking = config.stages.map((stage) => consume[stage]());
  }

  /** Takes nothing more; what is in flight is finished within `graceMs` or handed back. */
  async drain(graceMs: number): Promise<void> {
    await Promise.all(this.taking.map((consumer) => consumer.drain(graceMs)));
  }

  async close(): Promise<void> {
    await Promise.all(this.taking.map((consumer) => consumer.close()));
  }
}
