import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readTensors, writeTensors, type Tensor } from '@loci/tensors';
import { readMessages } from '../src/messages.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface Answered {
  result: Record<string, unknown>;
  error: string | undefined;
  tensors: Record<string, Tensor>;
}

/** The localizer as another program runs it. */
export class LocalizerProcess {
  readonly #child: ChildProcessWithoutNullStreams = spawn(process.execPath, [MAIN]);
  readonly #replies: AsyncGenerator<Uint8Array, void> = readMessages(this.#child.stdout);

  /** Sends a request; replies come in the order of requests. */
  send(method: string, given: object, tensors: Record<string, Tensor> = {}): void {
    this.sendBytes(writeTensors(tensors, { method, arguments: JSON.stringify(given) }));
  }

  /** Sends a message of any bytes. */
  sendBytes(body: Uint8Array): void {
    const header = Buffer.alloc(8);
    header.writeBigUInt64LE(BigInt(body.byteLength));
    this.#child.stdin.write(Buffer.concat([header, body]));
  }

  async reply(): Promise<Answered> {
    const next = await this.#replies.next();
    if (next.done === true) throw new Error('the process replied no more');
    const { metadata, tensors } = readTensors(next.value);
    return {
      result: JSON.parse(metadata['result'] ?? '{}') as Record<string, unknown>,
      error: metadata['error'],
      tensors,
    };
  }

  async ask(method: string, given: object, tensors: Record<string, Tensor> = {}): Promise<Answered> {
    this.send(method, given, tensors);
    return this.reply();
  }

  /** Ends its stdin. Resolves to its exit code. */
  async end(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    this.#child.stdin.end();
    const [code] = (await once(this.#child, 'exit')) as [number | null];
    return code;
  }
}
