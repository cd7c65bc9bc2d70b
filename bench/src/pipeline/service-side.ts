import { LociClient, type NewJob } from '@loci/client';
import { modelRef } from '@loci/contracts';
import { CommandError } from '@loci/host';
import type { Bundle } from '@loci/inference';
import type { Stack } from '@loci/local';
import { stackCpu } from '../cpu.js';
import type { AskedClip } from './clip.js';
import { spent, type Side } from './side.js';

/**
 * The whole service. Its time runs from the submission of a job to its end: queue, decoding, graphs,
 * thumbnails, map, commits and answers. The video is deleted afterwards, and its memory with it.
 * @param eightBit the model with 8-bit convolutions, where it is to take that one
 */
export function serviceSide(
  stack: Stack,
  workers: number,
  { file, asks, sampling }: Pick<AskedClip, 'file' | 'asks'> & Pick<NewJob, 'sampling'>,
  eightBit?: Bundle,
): Side {
  const client = new LociClient(stack.url, stack.apiKey);
  const marks = [
    ...(sampling?.pictures === 'key' ? ['keys'] : []),
    ...(eightBit === undefined ? [] : ['8 bits']),
  ];
  return {
    name: [`Loci, ${workers} worker${workers === 1 ? '' : 's'}`, ...marks].join(', '),
    async run() {
      const video = await client.upload(file);
      const before = await stackCpu(stack.dataDir, workers);
      const begun = performance.now();
      const submitted = await client.submit({
        ...{ video_id: video.id, questions: asks },
        ...(sampling === undefined ? {} : { sampling }),
        ...(eightBit === undefined ? {} : { model: modelRef(eightBit.manifest) }),
      });
      const job = await client.finished(submitted.id);
      const seconds = (performance.now() - begun) / 1000;
      if (job.status !== 'succeeded')
        throw new CommandError(`The job ended as ${job.status}: ${job.error?.detail ?? 'no reason given'}.`);
      const cpu = spent(before, await stackCpu(stack.dataDir, workers));
      await client.deleteVideo(video.id);
      return { seconds, cpu };
    },
  };
}
