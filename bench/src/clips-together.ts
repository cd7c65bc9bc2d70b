import { join } from 'node:path';
import type { LociClient } from '@loci/client';
import { ffmpeg } from '@loci/host';
import { jobSeconds } from './job-seconds.js';
import { loopedClip } from './looped-clip.js';
import { atLeast, type Verdict } from './pipeline/report.js';
import { median } from './statistics.js';

const CLIPS = 4;
/** At once, clips may share cores that one leaves idle; what is within the noise of a round is no slower. */
const WANTED = 0.97;

/**
 * How much faster four clips are that are submitted at once than one after the other: the median over rounds,
 * in each of which both are done.
 */
export async function clipsTogether(
  client: LociClient,
  folder: string,
  { seconds, rounds }: { seconds: number; rounds: number },
): Promise<Verdict> {
  const source = await loopedClip(seconds, folder);
  const clipsOf = (name: string): Promise<string[]> => copiesOf(source, folder, name);
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const inTurn = await secondsFor(client, await clipsOf(`${round} in turn`), async (jobs) => {
      for (const job of jobs) await job();
    });
    const atOnce = await secondsFor(client, await clipsOf(`${round} at once`), (jobs) =>
      Promise.all(jobs.map((job) => job())),
    );
    console.log(
      `  round ${round}: one after the other ${inTurn.toFixed(2)} s, at once ${atOnce.toFixed(2)} s`,
    );
    ratios.push(inTurn / atOnce);
  }
  const what = `${CLIPS} clips of ${seconds} s at once against one after the other, median of ${rounds}`;
  return atLeast(what, median(ratios), WANTED);
}

/** Clips of one content and different bytes: a clip that is just being deleted cannot be uploaded again. */
async function copiesOf(source: string, folder: string, name: string): Promise<string[]> {
  const clips = Array.from({ length: CLIPS }, (_, index) => join(folder, `${name} ${index}.mp4`));
  for (const clip of clips) await ffmpeg('-i', source, '-c', 'copy', '-metadata', `title=${clip}`, clip);
  return clips;
}

/** What jobs on new videos of the files take; uploads and deletions are not measured. */
async function secondsFor(
  client: LociClient,
  files: readonly string[],
  order: (jobs: (() => Promise<unknown>)[]) => Promise<unknown>,
): Promise<number> {
  const videos = [];
  for (const file of files) videos.push(await client.upload(file));
  const begun = performance.now();
  await order(videos.map((video) => () => jobSeconds(client, video, [])));
  const seconds = (performance.now() - begun) / 1000;
  for (const { id } of videos) await client.deleteVideo(id);
  return seconds;
}
