import { join } from 'node:path';
import { ClientError } from '@loci/client';
import { CommandError, ffmpeg, runCommand } from '@loci/host';
import type { Manifest } from '@loci/contracts';
import { sampleClips, withTemporaryStack, type Stack } from '@loci/local';
import { cpuOf } from './cpu.js';
import { loadDefaultBundle } from './bundle.js';
import { readCounts } from './counts.js';
import { sampledFrames } from './pipeline/clip.js';
import { decodingAlone } from './pipeline/decoding.js';
import { measure } from './pipeline/measure.js';
import { cpuPerFrame, describeSide, speedRatio } from './pipeline/report.js';
import { serviceSide } from './pipeline/service-side.js';
import type { Side } from './pipeline/side.js';

/** Clips of 1080p at 30 frames/s and 8 Mbit/s, by how they are encoded. */
const CLIPS = {
  phone: {
    what: 'a phone’s: a key picture each second, no B pictures',
    options: ['-bf', '0', '-g', '30'],
  },
  archive: {
    what: 'an archive’s: a key picture every 250, three B pictures between others',
    options: ['-bf', '3', '-b_strategy', '0', '-g', '250'],
  },
};

/** Every picture decoded by one thread, and the sampled ones scaled: as a plain script does it. */
const everyPicture = (file: string, { sampling, sizes: { height, width } }: Manifest): Side => ({
  name: 'every picture, 1 thread',
  async run() {
    const before = await cpuOf(process.pid);
    const begun = performance.now();
    const filters = `fps=${sampling.fps}:round=up,scale=${width}:${height}:flags=area,format=rgb24`;
    await ffmpeg('-threads', '1', '-i', file, '-map', '0:V:0', '-vf', filters, '-f', 'null', '-');
    const seconds = (performance.now() - begun) / 1000;
    const after = await cpuOf(process.pid);
    return { seconds, cpu: { ffmpeg: (after?.children ?? 0) - (before?.children ?? 0) } };
  },
});

/**
 * `npm run bench:hd`: clips of 1080p at 30 frames/s and 8 Mbit/s, made on the spot. Most of the time goes
 * into decoding. A program that decodes every picture by one thread is what decoding less is compared with.
 */
await runCommand(
  (say) => {
    const { seconds, rounds } = readCounts({ seconds: 30, rounds: 3 });
    return withTemporaryStack('hd', { workers: 1 }, say, async (stack) => {
      const bundle = await loadDefaultBundle();
      for (const [name, clip] of Object.entries(CLIPS)) {
        say(`encoding ${seconds} s of 1080p`);
        const file = await hdClip(seconds, clip.options, join(stack.dataDir, `${name}.mp4`));
        await compare(stack, file, { ...clip, rounds }, bundle.manifest);
      }
      return 0;
    });
  },
  [ClientError],
);

async function compare(
  stack: Stack,
  file: string,
  { what, rounds }: { what: string; rounds: number },
  manifest: Manifest,
): Promise<void> {
  const frames = await sampledFrames(stack, file, manifest);
  const measured = await measure(
    [
      everyPicture(file, manifest),
      decodingAlone(file, frames, manifest),
      serviceSide(stack, 1, { file, asks: [] }),
      serviceSide(stack, 1, { file, asks: [], sampling: { pictures: 'key' } }),
    ],
    rounds,
  );
  const [every, needed, service, keys] = measured;
  if (every === undefined || needed === undefined || service === undefined || keys === undefined) return;
  console.log(`${what}; ${frames} sampled frames; medians of ${rounds} rounds: frames/s, CPU ms a frame`);
  for (const side of measured) console.log(describeSide(side, frames));
  const cpu = cpuPerFrame(every, frames) / cpuPerFrame(needed, frames);
  console.log(
    `decoding what is needed: ${speedRatio(needed, every).toFixed(2)} × as fast, CPU ÷ ${cpu.toFixed(2)}`,
  );
  console.log(`Loci against every picture decoded: ${speedRatio(service, every).toFixed(2)}`);
  console.log(`  and of key pictures: ${speedRatio(keys, every).toFixed(2)}`);
}

/** A sample clip in the size, the rate and the unrest of a phone's. */
async function hdClip(seconds: number, options: readonly string[], clip: string): Promise<string> {
  const [sample] = await sampleClips();
  if (sample === undefined) throw new CommandError('There is no sample clip.');
  // a hand that trembles, and the noise of a small sensor
  const moving = "crop=1920:1080:x='240+200*sin(2*t)':y='135+90*cos(3*t)'";
  const filters = `fps=30,scale=2400:1350,${moving},noise=alls=10:allf=t`;
  const encoding = ['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M', '-pix_fmt', 'yuv420p'];
  // key pictures lie as far apart as is said: the noise is no change of scene
  const groups = ['-sc_threshold', '0', ...options];
  const input = ['-stream_loop', '-1', '-i', sample.file, '-t', String(seconds)];
  await ffmpeg(...input, '-an', '-vf', filters, ...encoding, ...groups, clip);
  return clip;
}
