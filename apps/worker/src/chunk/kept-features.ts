import { Recent } from '@loci/service';
import { Injectable } from '@nestjs/common';

/** Chunks whose features are kept: remembering follows perception closely. */
const KEPT = 4;

/** The features that this worker stored last, as they are stored: it need not read them back to remember. */
@Injectable()
export class KeptFeatures {
  private readonly kept = new Recent<Uint8Array>(KEPT);

  keep(memoryId: string, chunk: number, features: Uint8Array): void {
    this.kept.keep(`${memoryId} ${chunk}`, features);
  }

  /** Undefined where they are not kept; given once. */
  take(memoryId: string, chunk: number): Uint8Array | undefined {
    return this.kept.take(`${memoryId} ${chunk}`);
  }
}
