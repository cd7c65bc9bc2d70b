import { LociError } from '@loci/contracts';

/** Points that determine no single transform: fewer than three, or all on one line. */
export class DegenerateAlignmentError extends LociError {
  override readonly name = 'DegenerateAlignmentError';
  constructor(detail: string) {
    super('inference-failed', `the chunk could not be aligned with the one before: ${detail}`);
  }
}
