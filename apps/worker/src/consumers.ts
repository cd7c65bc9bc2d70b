import type { Consumer } from '@loci/queue';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from './connections.js';
import { Answer } from './stages/answer.js';
import { Perceive, runsAtOnce } from './stages/perceive.js';
import { Remember } from './stages/remember.js';

/** Handles the deliveries of the configured stages. */
@Injectable()
export class Consumers {
  private consumers: Consumer[] = [];

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(Perceive) private readonly perceive: Perceive,
    @Inject(Remember) private readonly remember: Remember,
    @Inject(Answer) private readonly answer: Answer,
  ) {}

  start(): void {
    const { queues, config } = this.connections;
    const { concurrency } = config;
    const runs = runsAtOnce(concurrency);
    const consume = {
      perceive: () =>
        queues.consume('perceive', (payload, delivery) => this.perceive.handle(payload, delivery), {
          concurrency: runs,
          // of runs of one chunk as many go on at once as of the chunks of one run
          atOnce: ({ chunk, last = chunk }) => (last === chunk ? concurrency : runs),
        }),
      remember: () =>
        queues.consume('remember', (payload, delivery) => this.remember.handle(payload, delivery), {
          concurrency,
        }),
      answer: () =>
        queues.consume('answer', (payload, delivery) => this.answer.handle(payload, delivery), {
          concurrency,
        }),
    };
    this.consumers = config.stages.map((stage) => consume[stage]());
  }

  /** Takes nothing more. Work in flight ends within `graceMs`, or goes back to the queue. */
  async drain(graceMs: number): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.drain(graceMs)));
  }

  async close(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
  }
}
