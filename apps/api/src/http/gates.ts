import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Gate } from '@loci/service';

/** Connections for what changes rows. Two of them are left to what does not pass the gate. */
export const WRITE_CONNECTIONS = 10;

/**
 * Admits submits and questions to the database. Who would wait for longer than a client likes to is told at
 * once to come again.
 */
@Injectable()
export class WriteGate extends Gate {
  constructor() {
    super({ atOnce: WRITE_CONNECTIONS - 2, inLine: 400, waitMs: 750 });
  }
}

/** Probes that run at once: each is a process of some 40 MB that keeps a core busy. */
export const PROBES_AT_ONCE = Math.max(2, availableParallelism());

/** Admits uploads to their probe. */
@Injectable()
export class ProbeGate extends Gate {
  constructor() {
    super({ atOnce: PROBES_AT_ONCE, inLine: 1_000, waitMs: 60_000 });
  }
}
