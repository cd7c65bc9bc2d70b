import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';

/** Tells everything that waits on behalf of a client (long polls, event streams) that the API is going away. */
@Injectable()
export class Closing implements BeforeApplicationShutdown {
  private readonly controller = new AbortController();

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  beforeApplicationShutdown(): void {
    this.controller.abort();
  }
}
