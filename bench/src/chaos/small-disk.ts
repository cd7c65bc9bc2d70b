import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:os';

const SIZE_MB = 64;
const BLOCK = Buffer.alloc(2 ** 20);

/** Mounts, says so, and unmounts when its input ends: when we say so, or this process has ended somehow. */
const SCRIPT = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && echo mounted && { read -r _; umount -l "$2"; }';

/** A disk of its own, which can be filled. It goes with this process. */
export class SmallDisk {
  private constructor(
    readonly path: string,
    private readonly keeper: ChildProcess,
  ) {}

  /**
   * Mounts a disk on an empty folder.
   * @returns null where only root can, and we are not root
   */
  static async mount(path: string): Promise<SmallDisk | null> {
    if (platform() !== 'linux' || process.getuid?.() !== 0) return null;
    const keeper = spawn('sh', ['-c', SCRIPT, 'SmallDisk', `${SIZE_MB}m`, path], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // a Ctrl-C at the terminal would end it before its time
      detached: true,
    });
    const mounted = await Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit').then(() => null)]);
    return mounted === null ? null : new SmallDisk(path, keeper);
  }

  async fill(): Promise<void> {
    const file = await open(this.#filler, 'w');
    try {
      for (;;) await file.write(BLOCK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  async unmount(): Promise<void> {
    const ended = once(this.keeper, 'exit');
    this.keeper.stdin?.end();
    await ended;
  }

  get #filler(): string {
    return join(this.path, 'filler');
  }
}
