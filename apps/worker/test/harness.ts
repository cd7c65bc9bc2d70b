import { join } from 'node:path';
import type { Ask } from '@loci/contracts';
import { loopClip, sampleClip, WorkerHarness, type StoredClip } from '@loci/harness';

/** The questions of every run. One is about an early moment and is answered early. */
export const ASKS: Ask[] = [
  { question: 'How many cabinets are there in this room?' },
  { question: 'Which of these is nearest to the door?', options: ['sofa', 'plant', 'shelf', 'lamp'] },
  { question: 'How many sofas are there in this room?', as_of_s: 20 },
];

/** A harness with a clip of `seconds` on it. */
export async function harnessWithClip(
  seconds: number,
): Promise<{ harness: WorkerHarness; clip: StoredClip }> {
  const harness = await WorkerHarness.open();
  return { harness, clip: await sampleOf(harness, seconds) };
}

/** A shipped clip, over and over, for `seconds`. */
export async function sampleOf(harness: WorkerHarness, seconds: number): Promise<StoredClip> {
  const file = join(harness.folder, `${seconds}s.mp4`);
  await loopClip(await sampleClip(), seconds, file);
  return harness.storeClip(file);
}

/** Rows that say: a worker has begun something of this stage and not finished it. $1: the memory. */
export const BEGUN = {
  perceive: `select 1 from attempt where memory_id = $1 and work like 'perceive %'`,
  remember: `select 1 from attempt where memory_id = $1 and work like 'remember %'`,
  answer: `select 1 from attempt where memory_id = $1 and work like 'answer %'`,
} as const;
