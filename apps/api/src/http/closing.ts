import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';

/** Signals long polls and event streams that the API is closing. */
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
