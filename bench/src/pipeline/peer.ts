import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CommandError, inRoot, killOnParentExit } from '@loci/host';
import { hasPythonModule, PYTHON } from '@loci/testing';
import { ffmpegPath } from '@loci/video';
import { z } from 'zod';
import { cpuOf } from '../cpu.js';
import type { AskedClip } from './clip.js';
import { spent, type CpuByProgram, type Side } from './side.js';

/** What the peers import besides the training code. */
const MODULES = 'torch, onnx, onnxruntime, safetensors';

const reportSchema = z.object({ seconds: z.number(), answers: z.array(z.string()) });

/** The scripts that a user of the model would write instead of running the service. */
const PEERS = {
  'plain PyTorch script': 'plain_pytorch.py',
  'overlapped ONNX script': 'overlapped_onnx.py',
} as const;
type PeerName = keyof typeof PEERS;

/** Whether the Python that LOCI_PYTHON names has what the peers need. */
export const hasPeers = (): boolean => hasPythonModule(MODULES);

export const PEERS_MISSING = `the scripts are left out: ${PYTHON} (LOCI_PYTHON) lacks one of ${MODULES}`;

/** A script as a process of its own, that stays for all rounds: what it loads is not measured. */
export class Peer implements Side {
  readonly #lines: AsyncIterator<string>;
  readonly #release: () => Promise<void>;

  private constructor(
    readonly name: PeerName,
    private readonly script: ChildProcess & { pid: number },
  ) {
    const { stdout } = script;
    if (stdout === null) throw new Error('a script has no output');
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    this.#release = killOnParentExit(script.pid, 'KILL');
  }

  /** @param options `threads`: those of the graphs */
  static async start(
    name: PeerName,
    clip: AskedClip,
    options: { frames: number; modelDir: string; threads: number },
  ): Promise<Peer> {
    const { frames, modelDir, threads } = options;
    const child = spawn(
      PYTHON,
      [
        ...[inRoot('bench', 'peers', PEERS[name]), '--clip', clip.file, '--frames', String(frames)],
        ...['--questions', clip.questionsFile, '--threads', String(threads), '--ffmpeg', ffmpegPath()],
        ...['--bundle', modelDir, '--checkpoint', inRoot('training', 'checkpoint')],
      ],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, PYTHONPATH: inRoot('training'), LOCI_NODE: process.execPath },
      },
    );
    await once(child, 'spawn');
    const peer = new Peer(name, child as ChildProcess & { pid: number });
    await peer.#line();
    return peer;
  }

  async run(): ReturnType<Side['run']> {
    const before = await this.#cpu();
    this.script.stdin?.write('\n');
    const { seconds } = reportSchema.parse(JSON.parse(await this.#line()));
    return { seconds, cpu: spent(before, await this.#cpu()) };
  }

  async close(): Promise<void> {
    this.script.stdin?.end();
    if (this.script.exitCode === null) await once(this.script, 'exit');
    await this.#release();
  }

  /** The localizer counts among the children, as ffmpeg does. */
  async #cpu(): Promise<CpuByProgram> {
    const cpu = await cpuOf(this.script.pid);
    return { script: cpu?.itself ?? 0, 'ffmpeg and localizer': cpu?.children ?? 0 };
  }

  async #line(): Promise<string> {
    const line = await this.#lines.next();
    if (line.done === true) throw new CommandError(`The ${this.name} has ended; what it said stands above.`);
    return line.value;
  }
}
