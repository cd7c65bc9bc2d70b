/** Chunks that are worked on at a time for each run: one decodes, one waits for the graph, one is in it. */
export const AT_ONCE = 3;

/** Room for chunks that are worked on at a time, whichever runs they are of. */
export class Room {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Resolves when a place is free, which is then taken; in the order of the calls. */
  async enter(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}

/** The work on a run's chunks. */
export interface Turns {
  /**
   * Resolves when the last chunk has given its turn on: to true; or to false when none is to follow, because
   * some work failed or was in vain.
   */
  passed: Promise<boolean>;
  /** Resolves when all work has ended. @throws what the first failing work threw */
  ended: () => Promise<void>;
}

/**
 * Does work on the chunks from `first` to `last`, in order: each begins when the one before has given its
 * turn on, or has ended, and there is room. None begins after one that has failed.
 * @param work gives the turn on by `pass`; what it resolves to says whether the others are to follow
 */
export function inTurn(
  first: number,
  last: number,
  room: Room,
  work: (chunk: number, pass: () => void) => Promise<boolean>,
): Turns {
  const run: { goesOn: boolean; failure?: { error: unknown } } = { goesOn: true };
  const works: Promise<void>[] = [];
  const begin = async (chunk: number, pass: () => void): Promise<void> => {
    try {
      // one that began before may have failed since
      if (run.goesOn && !(await work(chunk, pass))) run.goesOn = false;
    } catch (error) {
      run.failure ??= { error };
      run.goesOn = false;
    } finally {
      room.leave();
      pass();
    }
  };
  const passed = async (): Promise<boolean> => {
    for (let chunk = first; chunk <= last && run.goesOn; chunk += 1) {
      await room.enter();
      const turn = Promise.withResolvers<undefined>();
      works.push(begin(chunk, () => turn.resolve(undefined)));
      await turn.promise;
    }
    return run.goesOn;
  };
  return {
    passed: passed(),
    ended: async () => {
      await Promise.all(works);
      if (run.failure !== undefined) throw run.failure.error;
    },
  };
}
