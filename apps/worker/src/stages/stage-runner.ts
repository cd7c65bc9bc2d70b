import { AbortedError, LociError, type Problem, type Stage } from '@loci/contracts';
import type { Begun, BegunTask } from '@loci/database';
import { MAX_DEATHS, type MemoryFacts } from '@loci/pipeline';
import type { DeliveryContext } from '@loci/queue';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from '../connections.js';
import { AttemptRefunds } from './attempt-refunds.js';
import { finalError, isPassing, triesOf } from './tries.js';
import { allEnded, throwIfAborted, WantedMemories, type Watch } from './watch.js';

/** What became of work: this worker has committed it, or another had committed the same. */
export type Outcome = { committed: MemoryFacts | null } | 'lost';

/** The work of one delivery, as its stage describes it to the runner. */
export interface StageTask<Input> {
  stage: Stage;
  /** For the log: `perceive mem_… 3`. */
  name: string;
  /** Counts a start and reads the input; skips work that is done already. */
  begin(): Promise<Begun<Input>>;
  /** Does the work and commits it. */
  work(input: Input, watch: Watch): Promise<Outcome>;
  /** The memory that somebody has to wait for; null when the result is wanted in any case. */
  wantedMemory: string | null;
  /** Writes the failure that the jobs report. */
  fail(problem: Problem): Promise<unknown>;
  /** Takes the counted start back. */
  refundAttempt(): Promise<unknown>;
  /**
   * Queues what comes next; never rejects.
   * @param facts what this worker's commit gave; without it, everything due is queued
   */
  dispatch(facts: MemoryFacts | null): Promise<void>;
  /** Takes away what nobody reads after its commit. Called once what comes next has begun; never rejects. */
  tidyUp?(facts: MemoryFacts): Promise<void>;
  /** Takes away what it has written and nobody will read. Called on each ending but a commit. */
  cleanUp(): Promise<void>;
}

/**
 * Runs one delivery and decides how it ends:
 * - It returns when the delivery is done: committed, found done, failed for good, or wanted by nobody.
 * - It throws AbortedError when the delivery goes back to the queue as it was.
 * - It throws any other error when the delivery is to be tried again later.
 */
@Injectable()
export class StageRunner {
  private readonly memories = new WantedMemories((id) => this.connections.database.memories.wanted(id));

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(AttemptRefunds) private readonly refunds: AttemptRefunds,
  ) {}

  /**
   * @param delivery its signal is aborted when the worker drains
   * @returns false when work of the same kind is vain: this has failed, or nobody wants it
   */
  async run<Input>(task: StageTask<Input>, delivery: DeliveryContext): Promise<boolean> {
    throwIfAborted(delivery.signal);
    const begun = await this.begin(task);
    if (begun === null) return false;
    if ('skip' in begun) {
      this.connections.logger.debug({ piece: task.name, reason: begun.skip }, 'skipped');
      this.connections.metrics.ended(task.stage, 'skipped');
      await task.dispatch(null);
      return true;
    }
    const outcome = await this.attempt(task, begun, delivery);
    if (outcome === null) return false;
    const committed = outcome === 'lost' ? null : outcome.committed;
    await task.dispatch(committed);
    if (committed !== null) await task.tidyUp?.(committed);
    return true;
  }

  /** @returns null when nobody can do the work: it is poison, or beginning it failed for good */
  private async begin<Input>(
    task: StageTask<Input>,
  ): Promise<Exclude<Begun<Input>, { poison: true }> | null> {
    try {
      const begun = await task.begin();
      if (!('poison' in begun)) return begun;
      await this.fail(task, new LociError('poison-chunk', `${MAX_DEATHS} workers died on ${task.name}`));
    } catch (error) {
      if (!(error instanceof LociError) || isPassing(error)) throw error;
      await this.fail(task, error);
    }
    return null;
  }

  /** @returns who has committed the work: this worker, or another ('lost'); null when nobody has */
  private async attempt<Input>(
    task: StageTask<Input>,
    { task: input, start }: BegunTask<Input>,
    { signal, attempt }: DeliveryContext,
  ): Promise<Outcome | null> {
    const { logger, metrics } = this.connections;
    const watch = this.memories.watch(task.wantedMemory, signal);
    const started = performance.now();
    let outcome: Outcome | null = null;
    try {
      // that jobs run is told beside the work, which need not wait for it
      [outcome] = await allEnded([task.work(input, watch), start?.()]);
      const seconds = (performance.now() - started) / 1000;
      metrics.ended(task.stage, outcome === 'lost' ? 'skipped' : 'committed', seconds);
      logger.info({ piece: task.name, seconds }, outcome === 'lost' ? 'lost' : 'committed');
      return outcome;
    } catch (error) {
      await this.classifyFailure(task, error, watch, attempt);
      return null;
    } finally {
      watch.stop();
      if (outcome === null || outcome === 'lost') await this.cleanUp(task);
    }
  }

  /** A failure is only logged: the sweep of orphans takes away what stays. */
  private async cleanUp<Input>(task: StageTask<Input>): Promise<void> {
    try {
      await task.cleanUp();
    } catch (error) {
      this.connections.logger.warn({ piece: task.name, err: error }, 'could not take away what it wrote');
    }
  }

  /**
   * Refunds or fails an attempt by what it threw. @throws what the queue has to hear of it, see StageRunner
   */
  private async classifyFailure<Input>(
    task: StageTask<Input>,
    error: unknown,
    watch: Watch,
    attempt: number,
  ): Promise<void> {
    const { logger, metrics } = this.connections;
    if (watch.unwanted()) {
      await this.refunds.refund(task);
      metrics.ended(task.stage, 'unwanted');
      logger.info({ piece: task.name }, 'stopped: nobody wants it any more');
      return;
    }
    if (watch.signal.aborted || error instanceof AbortedError) {
      await this.refunds.refund(task);
      metrics.ended(task.stage, 'handed-back');
      logger.info({ piece: task.name }, 'handed back');
      throw error instanceof AbortedError ? error : new AbortedError('told to stop', { cause: error });
    }
    if (attempt >= triesOf(error)) {
      await this.fail(task, finalError(error));
      return;
    }
    await this.refunds.refund(task);
    metrics.ended(task.stage, 'retried');
    logger.warn({ piece: task.name, err: error }, 'will be tried again');
    // the queue takes every LociError for final, and this one is not yet
    throw error instanceof LociError ? new Error(error.message, { cause: error }) : error;
  }

  private async fail<Input>(task: StageTask<Input>, error: LociError): Promise<void> {
    await task.fail(error.toProblem());
    this.connections.metrics.ended(task.stage, 'failed');
    this.connections.logger.error({ piece: task.name, problem: error.problemName, err: error }, 'failed');
  }
}
