import { AbortedError, LociError, type Problem, type Stage } from '@loci/contracts';
import type { Begun } from '@loci/database';
import { MAX_STARTS } from '@loci/pipeline';
import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type Parts } from '../parts.js';
import { AttemptRefunds } from './attempt-refunds.js';
import { throwIfAborted, watchWanted, type Watch } from './watch.js';

/** One delivery's work, as its stage describes it to the runner. */
export interface Piece<Task> {
  stage: Stage;
  /** For the log: `perceive mem_… 3`. */
  name: string;
  /** Counts a start and reads what is needed; skips what is done already. */
  begin(): Promise<Begun<Task>>;
  /** Does the work and commits it. Says 'lost' when somebody else had committed the same. */
  work(task: Task, watch: Watch): Promise<'committed' | 'lost'>;
  wanted(): Promise<boolean>;
  /** Writes the failure that its jobs report. */
  fail(problem: Problem): Promise<unknown>;
  /** Takes the start back. */
  refundAttempt(): Promise<unknown>;
  /** Has planned what comes next: after a commit of this worker's, or as everything stands. */
  dispatch(committed: boolean): Promise<void>;
}

/**
 * Runs one delivery and sorts how it ended. Returns when the delivery is done with (committed, found done, failed for
 * good, or wanted by nobody); throws AbortedError when it goes back to the queue as it was, any other error when it is
 * to be tried again later.
 */
@Injectable()
export class StageRunner {
  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(AttemptRefunds) private readonly refunds: AttemptRefunds,
  ) {}

  async run<Task>(piece: Piece<Task>, outer: AbortSignal): Promise<void> {
    throwIfAborted(outer);
    const begun = await this.begin(piece);
    if (begun === null) return;
    if ('skip' in begun) {
      this.parts.logger.debug({ piece: piece.name, reason: begun.skip }, 'skipped');
      this.parts.metrics.ended(piece.stage, 'skipped');
      await this.planNext(piece, false);
      return;
    }
    const outcome = await this.attempt(piece, begun.task, outer);
    if (outcome !== null) await this.planNext(piece, outcome === 'committed');
  }

  /** @returns null when it turned out that the piece cannot be done, by anybody */
  private async begin<Task>(piece: Piece<Task>): Promise<Exclude<Begun<Task>, { poison: true }> | null> {
    try {
      const begun = await piece.begin();
      if (!('poison' in begun)) return begun;
      await this.fail(piece, new LociError('poison-chunk', `${MAX_STARTS} workers died on ${piece.name}`));
    } catch (error) {
      if (!isFinal(error)) throw error;
      await this.fail(piece, error);
    }
    return null;
  }

  /** @returns by whom the work stands committed, this worker or another ('lost'); null when it does not */
  private async attempt<Task>(
    piece: Piece<Task>,
    task: Task,
    outer: AbortSignal,
  ): Promise<'committed' | 'lost' | null> {
    const watch = watchWanted(() => piece.wanted(), outer);
    const started = performance.now();
    try {
      const outcome = await piece.work(task, watch);
      const seconds = (performance.now() - started) / 1000;
      this.parts.metrics.ended(piece.stage, outcome === 'committed' ? 'committed' : 'skipped', seconds);
      this.parts.logger.info({ piece: piece.name, seconds }, outcome);
      return outcome;
    } catch (error) {
      await this.settle(piece, error, watch);
      return null;
    } finally {
      watch.stop();
    }
  }

  private async settle<Task>(piece: Piece<Task>, error: unknown, watch: Watch): Promise<void> {
    const { logger, metrics } = this.parts;
    if (watch.unwanted()) {
      await this.refunds.give(piece);
      metrics.ended(piece.stage, 'unwanted');
      logger.info({ piece: piece.name }, 'stopped: nobody wants it any more');
      return;
    }
    if (watch.signal.aborted || error instanceof AbortedError) {
      await this.refunds.give(piece);
      metrics.ended(piece.stage, 'handed-back');
      logger.info({ piece: piece.name }, 'handed back');
      throw error instanceof AbortedError ? error : new AbortedError('told to stop', { cause: error });
    }
    if (isFinal(error)) {
      await this.fail(piece, error);
      return;
    }
    await this.refunds.give(piece);
    metrics.ended(piece.stage, 'retried');
    logger.warn({ piece: piece.name, err: error }, 'will be tried again');
    // the queue takes a LociError for final, and this one is not
    throw error instanceof LociError ? new Error(error.message, { cause: error }) : error;
  }

  private async fail<Task>(piece: Piece<Task>, error: LociError): Promise<void> {
    await piece.fail(error.toProblem());
    this.parts.metrics.ended(piece.stage, 'failed');
    this.parts.logger.error({ piece: piece.name, problem: error.problemName, err: error }, 'failed');
  }

  /** The work stands; if the next step cannot be queued now, the sweep does it. */
  private async planNext<Task>(piece: Piece<Task>, committed: boolean): Promise<void> {
    try {
      await piece.dispatch(committed);
    } catch (error) {
      this.parts.logger.warn(
        { piece: piece.name, err: error },
        'could not queue what comes next; the sweep will',
      );
    }
  }
}

/** Whether trying again would end the same. */
const isFinal = (error: unknown): error is LociError =>
  error instanceof LociError && error.problemName !== 'unavailable';
