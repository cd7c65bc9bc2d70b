import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '@loci/local';
import type { ApiLoad } from './api-load.js';
import { watchProcess } from './process-usage.js';
import { quarterRatio } from './statistics.js';

const SAMPLE_EVERY_MS = 200;

/** How many event streams were held, and what they cost. */
export interface HeldStreams {
  streams: number;
  /** Streams that were told of the job's end. */
  told: number;
  /** Resident memory of the API with all streams open, the last quarter of the time over the first. */
  memoryRatio: number;
  /** Time of each read meanwhile, in ms. */
  reads: number[];
}

/** Opens streams of a job's events, holds them, and cancels the job: each stream is told. */
export async function holdStreams(
  load: ApiLoad,
  stack: Stack,
  jobId: string,
  { streams, seconds }: { streams: number; seconds: number },
): Promise<HeldStreams> {
  const opened = await Promise.all(Array.from({ length: streams }, () => openStream(load, jobId)));
  const pid = Number(await readFile(join(stack.dataDir, 'pids', 'api.pid'), 'utf8'));
  const over = new AbortController();
  const watching = watchProcess(pid, () => 0, SAMPLE_EVERY_MS, over.signal);
  const { reads } = await load.readWhile(`/v1/jobs/${jobId}`, delay(seconds * 1000));
  over.abort();
  const memory = (await watching).map(({ bytes }) => bytes);
  await load.send('POST', `/v1/jobs/${jobId}/cancel`);
  const told = (await Promise.all(opened.map(({ ended }) => ended))).filter((text) =>
    text.includes('event: done'),
  );
  return { streams, told: told.length, memoryRatio: quarterRatio(memory), reads };
}

/** Resolves when the stream is open. `ended` has all that it told. */
async function openStream(load: ApiLoad, jobId: string): Promise<{ ended: Promise<string> }> {
  const response = await load.open('GET', `/v1/jobs/${jobId}/events`);
  if (response.statusCode !== 200) throw new Error(`a stream was answered ${response.statusCode ?? 0}`);
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<string>((resolve, reject) => {
    response.once('end', () => resolve(text));
    response.once('error', reject);
  });
  return { ended };
}
