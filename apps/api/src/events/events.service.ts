import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { JobEvent } from '@loci/contracts';
import type { Database } from '@loci/database';
import { DATABASE } from '../connections/tokens.js';
import { Closing } from '../http/closing.js';
import { JobsService, hasEnded } from '../jobs/jobs.service.js';
import { EventStream } from './event-stream.js';
import { EventTail } from './event-tail.js';

/** Injection token: milliseconds between keep-alives of an open stream. */
export const KEEP_ALIVE_MS = Symbol('keep-alive interval');

@Injectable()
export class EventsService {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(EventTail) private readonly tail: EventTail,
    @Inject(Closing) private readonly closing: Closing,
    @Inject(KEEP_ALIVE_MS) private readonly keepAliveMs: number,
  ) {}

  /**
   * Streams a job's events after `lastEventId` until the job is done, the client disconnects or the API
   * closes. When the job has ended and all events were seen, the answer is 204: an EventSource then does not
   * reconnect.
   */
  async stream(tenant: string, jobId: string, lastEventId: number, response: ServerResponse): Promise<void> {
    if (await this.isOver(tenant, jobId, lastEventId)) endWithout(response);
    else if (!response.destroyed) this.follow(jobId, lastEventId, response);
  }

  /** Answers HEAD: with what `stream` would begin, and at once. */
  async head(tenant: string, jobId: string, lastEventId: number, response: ServerResponse): Promise<void> {
    if (await this.isOver(tenant, jobId, lastEventId)) endWithout(response);
    else new EventStream(response).end();
  }

  private async isOver(tenant: string, jobId: string, lastEventId: number): Promise<boolean> {
    const job = await this.jobs.get(tenant, jobId);
    return hasEnded(job) && (await this.database.jobs.events(jobId, lastEventId, 1)).length === 0;
  }

  private follow(jobId: string, lastEventId: number, response: ServerResponse): void {
    const stream = new EventStream(response);
    const end = () => stream.end();
    const deliver = (event: JobEvent) => {
      stream.send(event);
      if (event.event === 'done') end();
    };
    const unsubscribe = this.tail.subscribe({ jobId, seen: lastEventId, deliver, gone: end });
    const keepAlive = setInterval(() => stream.keepAlive(), this.keepAliveMs);
    this.closing.signal.addEventListener('abort', end, { once: true });
    response.once('close', () => {
      unsubscribe();
      clearInterval(keepAlive);
      this.closing.signal.removeEventListener('abort', end);
    });
    if (this.closing.signal.aborted) end();
  }
}

function endWithout(response: ServerResponse): void {
  response.statusCode = 204;
  response.end();
}
