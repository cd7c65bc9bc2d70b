import { join } from 'node:path';
import { ClientError } from '@loci/client';
import { CommandError, ffmpeg, runCommand } from '@loci/host';
import { sampleClips, withTemporaryStack } from '@loci/local';
import { loadDefaultBundle } from './bundle.js';
import { readCounts } from './counts.js';
import { sampledFrames } from './pipeline/clip.js';
import { decodingAlone } from './pipeline/decoding.js';
import { measure } from './pipeline/measure.js';
import { describeSide } from './pipeline/report.js';
import { serviceSide } from './pipeline/service-side.js';

/**
 * `npm run bench:hd`: the clip of a phone, 1080p at 30 frames/s and 8 Mbit/s, made on the spot. Most of the
 * time goes into decoding.
 */
await runCommand(
  (say) => {
    const { seconds, rounds } = readCounts({ seconds: 30, rounds: 3 });
    return withTemporaryStack('hd', { workers: 1 }, say, async (stack) => {
      say(`encoding ${seconds} s of 1080p`);
      const file = await phoneClip(seconds, stack.dataDir);
      const { manifest } = await loadDefaultBundle();
      const frames = await sampledFrames(stack, file, manifest);
      const sides = [serviceSide(stack, 1, { file, asks: [] }), decodingAlone(file, frames, manifest)];
      const measured = await measure(sides, rounds);
      console.log(`${frames} sampled frames; medians of ${rounds} rounds: frames/s, CPU ms a frame`);
      for (const side of measured) console.log(describeSide(side, frames));
      return 0;
    });
  },
  [ClientError],
);

/** A sample clip in the size, the rate and the unrest of a phone's. */
async function phoneClip(seconds: number, folder: string): Promise<string> {
  const [sample] = await sampleClips();
  if (sample === undefined) throw new CommandError('There is no sample clip.');
  const clip = join(folder, 'phone.mp4');
  // a hand that trembles, and the noise of a small sensor
  const moving = "crop=1920:1080:x='240+200*sin(2*t)':y='135+90*cos(3*t)'";
  const filters = `fps=30,scale=2400:1350,${moving},noise=alls=10:allf=t`;
  const encoding = ['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M', '-pix_fmt', 'yuv420p'];
  const input = ['-stream_loop', '-1', '-i', sample.file, '-t', String(seconds)];
  await ffmpeg(...input, '-an', '-vf', filters, ...encoding, clip);
  return clip;
}
