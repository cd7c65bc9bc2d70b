import { CommandError } from '../command-error.js';

/** The embedded Postgres cannot run. The message is one sentence that says why. */
export class EmbeddedPostgresError extends CommandError {
  override readonly name = 'EmbeddedPostgresError';
}
