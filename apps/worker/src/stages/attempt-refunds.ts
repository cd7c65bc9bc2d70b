import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type Parts } from '../parts.js';

/** A start that was counted and is to be taken back. */
export interface Start {
  name: string;
  refundAttempt(): Promise<unknown>;
}

/**
 * Takes back the starts of work that was not finished through no fault of its own, so that they do not count towards
 * poison. What cannot be written now (the database is away) is owed, and paid by the sweep.
 */
@Injectable()
export class AttemptRefunds {
  private owed: Start[] = [];

  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  async give(start: Start): Promise<void> {
    try {
      await start.refundAttempt();
    } catch (error) {
      this.parts.logger.warn({ piece: start.name, err: error }, 'could not take its start back yet');
      this.owed.push(start);
    }
  }

  /** Tries once more to take back what is owed. */
  async settle(): Promise<void> {
    const starts = this.owed;
    this.owed = [];
    for (const start of starts) await this.give(start);
  }
}
