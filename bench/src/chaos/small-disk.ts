import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:os';

const SIZE_MB = 64;
const BLOCK = Buffer.alloc(2 ** 20);

/** A disk of its own, which can be filled. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  /**
   * Mounts a disk on an empty folder.
   * @returns null where only root can, and we are not root
   */
  static mount(path: string): SmallDisk | null {
    if (platform() !== 'linux' || process.getuid?.() !== 0) return null;
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', path]);
    return mounted.status === 0 ? new SmallDisk(path) : null;
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

  unmount(): void {
    spawnSync('umount', ['-l', this.path]);
  }

  get #filler(): string {
    return join(this.path, 'filler');
  }
}
