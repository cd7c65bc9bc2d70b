import { LociError } from '@loci/contracts';

/** What the remember graph gave contradicts the entries that stood, or the sizes of its bundle. */
export class TimelineError extends LociError {
  override readonly name = 'TimelineError';
  constructor(detail: string) {
    super('inference-failed', `the memory's timeline cannot take this step: ${detail}`);
  }
}
