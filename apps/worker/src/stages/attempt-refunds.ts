import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from '../connections.js';

/** An attempt whose start was counted. */
export interface Attempt {
  /** For the log. */
  name: string;
  /** Takes the counted start back. */
  refundAttempt(): Promise<unknown>;
}

/**
 * Refunds attempts that did not end through the work's own fault, so that they do not count towards poison. A
 * refund that cannot be written now, because the database is away, is owed; the sweep tries it again.
 */
@Injectable()
export class AttemptRefunds {
  private owed: Attempt[] = [];

  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {}

  async refund(attempt: Attempt): Promise<void> {
    try {
      await attempt.refundAttempt();
    } catch (error) {
      this.connections.logger.warn({ piece: attempt.name, err: error }, 'could not take its start back yet');
      this.owed.push(attempt);
    }
  }

  /** Tries each owed refund once more. */
  async retryOwed(): Promise<void> {
    const attempts = this.owed;
    this.owed = [];
    for (const attempt of attempts) await this.refund(attempt);
  }
}
