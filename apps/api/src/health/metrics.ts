import type { ServerResponse } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Queues } from '@loci/queue';
import { QUEUES } from '../connections/tokens.js';
import type { ApiRequest } from '../http/request.js';

/** The metrics of the API. The queue's depth is read at each scrape. */
@Injectable()
export class Metrics {
  private readonly logger = new Logger('Metrics');
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'loci_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [this.registry],
  });
  private readonly depth = new Gauge({
    name: 'loci_queue_jobs',
    help: 'Queue jobs by stage and state',
    labelNames: ['stage', 'state'],
    registers: [this.registry],
  });

  constructor(@Inject(QUEUES) private readonly queues: Queues) {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Middleware: measures every request under its route's template, so that ids do not become labels. */
  readonly measure = (request: ApiRequest, response: ServerResponse, next: () => void): void => {
    const stop = this.requests.startTimer();
    response.once('close', () =>
      stop({
        method: request.method ?? '',
        route: request.route?.path ?? 'unmatched',
        status: response.statusCode,
      }),
    );
    next();
  };

  async text(): Promise<string> {
    try {
      for (const [stage, counts] of Object.entries(await this.queues.counts())) {
        for (const [state, count] of Object.entries(counts)) this.depth.set({ stage, state }, count);
      }
    } catch (error) {
      // the other metrics matter most while the queue is down: report no depth rather than a stale one
      this.logger.warn(error);
      this.depth.reset();
    }
    return this.registry.metrics();
  }
}
