import { Inject, Injectable, Logger } from '@nestjs/common';
import { LociError } from '@loci/contracts';
import type { Database } from '@loci/database';
import type { Queues } from '@loci/queue';
import { checkDependencies } from '@loci/service';
import type { ObjectStore } from '@loci/storage';
import { DATABASE, QUEUES, STORE } from '../connections/tokens.js';
import { Closing } from '../http/closing.js';

/** A dependency that does not answer within this time counts as unreachable, in ms. */
const CHECK_LIMIT_MS = 3_000;

/** Whether what the API depends on can be reached. */
@Injectable()
export class Readiness {
  private readonly logger = new Logger('Readiness');

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(STORE) private readonly store: ObjectStore,
    @Inject(Closing) private readonly closing: Closing,
  ) {}

  /** @throws LociError 'unavailable' that names what cannot be reached, or says that the API is closing */
  async check(): Promise<void> {
    if (this.closing.isDraining) throw new LociError('unavailable', 'It is closing');
    const { database, queues: queue, store } = this;
    const faults = Object.entries(await checkDependencies({ database, queue, store }, CHECK_LIMIT_MS));
    const unreachable = faults.filter(([, fault]) => fault !== null);
    for (const [, fault] of unreachable) this.logger.warn(fault);
    if (unreachable.length === 0) return;
    const names = unreachable.map(([name]) => name);
    throw new LociError('unavailable', `Cannot be reached: ${names.join(', ')}`);
  }
}
