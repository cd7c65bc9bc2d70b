import { writeFile } from 'node:fs/promises';
import type { LociClient } from '@loci/client';
import type { Camera } from '@loci/contracts';
import type { VideoQuestions } from '../dataset/dataset.js';
import { answerVideo } from './answer-video.js';
import type { AnswerRow } from './answers-file.js';
import { ContentLock } from './content-lock.js';
import { checkModel, modelsOf, type Run } from './run.js';

/** How videos are put to the service. */
export interface AnswerOptions {
  /** Number of videos at once. */
  concurrency: number;
  /** Leave the videos with the service. */
  keep: boolean;
  /** Sampled frames per second of video; null: the model's own rate. */
  fps?: number | null;
  /** What is told of the camera; null for nothing. */
  camera?: Camera | null;
  /** Where the trajectory that the service found is kept, of a data set of one video; null for nowhere. */
  trajectoryFile?: string | null;
}

/**
 * Puts videos to a service. The rows of a video are written as soon as it is done.
 * @throws CommandError when the service cannot be reached, or has changed its model meanwhile
 */
export async function answerAll(
  client: LociClient,
  run: Run,
  videos: readonly VideoQuestions[],
  { concurrency, keep, fps = null, camera = null, trajectoryFile = null }: AnswerOptions,
  say: (line: string) => void,
): Promise<void> {
  const queue = [...videos];
  const lock = new ContentLock();
  let done = 0;
  let stopped = false;
  const answer = async (video: VideoQuestions) => {
    const { rows, videoId, memoryId } = await answerVideo(client, video, { id: run.id, fps, camera });
    checkModel(modelsOf([...run.answers.rows.slice(0, 1), ...rows]));
    // before the rows: a run that is resumed asks nothing more of a video that has them
    if (trajectoryFile !== null && memoryId !== null)
      await writeFile(trajectoryFile, await (await client.mapFile(memoryId, 'tum')).text());
    await run.answers.append(rows);
    if (videoId !== null && !keep) await client.deleteVideo(videoId);
    return rows;
  };
  const answerQueue = async () => {
    for (let video = queue.shift(); video !== undefined && !stopped; video = queue.shift()) {
      const current = video;
      const rows = await lock.run(current.file, () => answer(current));
      done += 1;
      say(`${done}/${videos.length} videos: ${current.scene}, ${describe(rows)}`);
    }
  };
  const workers = Array.from({ length: concurrency }, () =>
    answerQueue().catch((error: unknown) => {
      stopped = true;
      throw error;
    }),
  );
  // every video in progress is finished before the first error is thrown
  for (const outcome of await Promise.allSettled(workers))
    if (outcome.status === 'rejected') throw outcome.reason;
}

/** The number of questions, and of those that failed with the first reason. */
function describe(rows: readonly AnswerRow[]): string {
  const failed = rows.filter(({ status }) => status === 'failed').length;
  const reason = rows.find((row) => row.reason !== null)?.reason ?? '';
  return `${rows.length} questions${failed === 0 ? '' : `, ${failed} failed (${reason})`}`;
}
