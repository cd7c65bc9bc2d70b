import type { Stage } from '@loci/contracts';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** How a delivery ended: the values of the label `outcome` of loci_deliveries_total. */
export type Outcome = 'committed' | 'skipped' | 'failed' | 'handed-back' | 'unwanted' | 'retried';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32];

/** The metrics of a worker, as Prometheus text at /metrics. */
export class Metrics {
  readonly registry = new Registry();
  private readonly deliveries = new Counter({
    name: 'loci_deliveries_total',
    help: 'Deliveries taken from the queue, by stage and how they ended',
    labelNames: ['stage', 'outcome'] as const,
    registers: [this.registry],
  });
  private readonly seconds = new Histogram({
    name: 'loci_stage_seconds',
    help: 'Seconds from beginning a delivery to its commit',
    labelNames: ['stage'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly steps = new Histogram({
    name: 'loci_part_seconds',
    help: 'Seconds spent in one part of a stage (decode, graph, …)',
    labelNames: ['stage', 'part'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly frames = new Counter({
    name: 'loci_frames_remembered_total',
    help: 'Frames that entered a memory',
    registers: [this.registry],
  });
  private readonly waiting = new Gauge({
    name: 'loci_queue_deliveries',
    help: 'Deliveries in the queue, by stage and state',
    labelNames: ['stage', 'state'] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  ended(stage: Stage, outcome: Outcome, seconds?: number): void {
    this.deliveries.inc({ stage, outcome });
    if (seconds !== undefined) this.seconds.observe({ stage }, seconds);
  }

  /** Measures one step of a stage, such as `decode`, and returns the step's result. */
  async step<T>(stage: Stage, step: string, work: () => Promise<T>): Promise<T> {
    const end = this.steps.startTimer({ stage, part: step });
    try {
      return await work();
    } finally {
      end();
    }
  }

  remembered(frames: number): void {
    this.frames.inc(frames);
  }

  queued(counts: Record<Stage, Record<string, number>>): void {
    for (const [stage, states] of Object.entries(counts)) {
      for (const [state, count] of Object.entries(states)) this.waiting.set({ stage, state }, count);
    }
  }
}
