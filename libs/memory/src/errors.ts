import { LociError } from '@loci/contracts';

/** Bytes that are not what they should be: a tensor file, a snapshot's tokens, a chunk's tail. */
export class TensorFormatError extends LociError {
  override readonly name = 'TensorFormatError';
  constructor(detail: string, options?: ErrorOptions) {
    super('internal', `not a valid tensor file: ${detail}`, options);
  }
}

/** Points that no single transform can be read from: fewer than three, or all on one line. */
export class DegenerateAlignmentError extends LociError {
  override readonly name = 'DegenerateAlignmentError';
  constructor(detail: string) {
    super('inference-failed', `the chunk could not be aligned with the one before: ${detail}`);
  }
}

/** What the remember graph gave contradicts the entries that stood, or the sizes of its bundle. */
export class TimelineError extends LociError {
  override readonly name = 'TimelineError';
  constructor(detail: string) {
    super('inference-failed', `the memory's timeline cannot take this step: ${detail}`);
  }
}
