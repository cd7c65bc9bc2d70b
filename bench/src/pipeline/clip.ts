import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LociClient } from '@loci/client';
import type { Ask, Manifest } from '@loci/contracts';
import { inRoot } from '@loci/host';
import type { Stack } from '@loci/local';
import { frameCount } from '@loci/pipeline';
import { z } from 'zod';
import { loopedClip } from '../looped-clip.js';

/** So many questions are asked about the clip. */
const QUESTIONS = 12;

const recordsSchema = z.array(
  z.looseObject({ question: z.string(), options: z.array(z.string()).nullable() }),
);

/** What every side of the bench is given. */
export interface AskedClip {
  file: string;
  asks: Ask[];
  /** The same questions as records, a file as samples/questions.json. */
  questionsFile: string;
}

/** Writes a clip of so many seconds, and the questions about it. */
export async function askedClip(seconds: number, folder: string): Promise<AskedClip> {
  const samples = await readFile(inRoot('samples', 'questions.json'), 'utf8');
  const records = recordsSchema.parse(JSON.parse(samples)).slice(0, QUESTIONS);
  const questionsFile = join(folder, 'questions.json');
  await writeFile(questionsFile, JSON.stringify(records));
  const asks = records.map(({ question, options }) =>
    options === null ? { question } : { question, options },
  );
  return { file: await loopedClip(seconds, folder), asks, questionsFile };
}

/** How many frames of a clip the service samples. */
export async function sampledFrames(stack: Stack, file: string, { sampling }: Manifest): Promise<number> {
  const client = new LociClient(stack.url, stack.apiKey);
  const { id, duration_s: durationS } = await client.upload(file);
  await client.deleteVideo(id);
  return frameCount(durationS, sampling.fps);
}
