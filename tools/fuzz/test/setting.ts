import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { seeded } from '@loci/harness';

/** FUZZ_SEED=… tries other files; a run with the same seed tries the same ones. */
export const seed = Number(process.env['FUZZ_SEED'] ?? 1);

/** The random numbers of one file, so that a failure can be made again by itself. */
export const randomOf = (index: number): (() => number) => seeded(seed * 1_000_003 + index);

/** A server that nobody may ask for anything. It counts who does. */
export class Trap {
  #visits = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((socket) => {
      this.#visits += 1;
      socket.destroy();
    });
  }

  static async open(): Promise<Trap> {
    const trap = new Trap();
    trap.#server.listen(0, '127.0.0.1');
    await once(trap.#server, 'listening');
    return trap;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the trap is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  get visits(): number {
    return this.#visits;
  }

  close(): void {
    this.#server.close();
  }
}

/** Works on all items, `width` at a time. */
export async function eachOf<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const takeAll = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: width }, takeAll));
}
