import { LociError } from '@loci/contracts';

/** Points that determine no single transform: fewer than three, or all on one line. */
export class DegenerateAlignmentError extends LociError {
  override readonly name = 'DegenerateAlignmentError';
  constructor(detail: string) {
    super('inference-failed', `the chunk could not be aligned with the one before: ${detail}`);
  }
}

/** What a client gives of its camera cannot be used; `part` of `camera` is at fault. */
export class CameraError extends LociError {
  override readonly name = 'CameraError';
  constructor(part: 'trajectory' | 'intrinsics' | 'fov_deg' | 'path', detail: string) {
    super('camera-unusable', detail, { errors: [{ pointer: `/camera/${part}`, detail }] });
  }
}
