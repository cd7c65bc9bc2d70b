import type { Manifest } from '@loci/contracts';
import { cpuOf } from '../cpu.js';
import { decodeClip } from '../decoded-chunks.js';
import type { Side } from './side.js';

/** Decoding alone: the clip's first `frames` sampled frames in one pass, and nothing done with them. */
export const decodingAlone = (file: string, frames: number, manifest: Manifest): Side => ({
  name: 'decoding alone',
  async run() {
    const before = await cpuOf(process.pid);
    const begun = performance.now();
    await decodeClip(file, frames, manifest);
    const seconds = (performance.now() - begun) / 1000;
    const after = await cpuOf(process.pid);
    return { seconds, cpu: { ffmpeg: (after?.children ?? 0) - (before?.children ?? 0) } };
  },
});
