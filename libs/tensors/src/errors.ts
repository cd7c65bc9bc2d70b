import { LociError } from '@loci/contracts';

/** Bytes that are not what they should be: a tensor file, a snapshot's tokens, a chunk's overlap. */
export class TensorFormatError extends LociError {
  override readonly name = 'TensorFormatError';
  constructor(detail: string, options?: ErrorOptions) {
    super('internal', `not a valid tensor file: ${detail}`, options);
  }
}
