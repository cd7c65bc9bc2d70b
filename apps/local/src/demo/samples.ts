import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { askSchema, type Ask } from '@loci/contracts';
import { CommandError, inRoot } from '@loci/host';
import { z } from 'zod';

const SAMPLES = inRoot('samples');

/** A question in VSI-Bench's record format. */
const recordSchema = z.object({
  id: z.number(),
  scene_name: z.string(),
  question_type: z.string(),
  question: z.string(),
  options: z.array(z.string()).nullable(),
  ground_truth: z.string(),
});

/** A question, with its truth where that is known. */
export interface DemoQuestion {
  ask: Ask;
  truth: string | null;
}

export interface SampleClip {
  file: string;
  questions: DemoQuestion[];
}

/** What the demo asks, as people would; `truth` is null where the question has no answer. */
const demoSchema = z.object({
  clip: z.string(),
  questions: z.array(askSchema.extend({ truth: z.string().nullable() })),
});

/**
 * The clip of the demo with its questions.
 * @throws CommandError when samples/ is incomplete
 */
export async function demoClip(): Promise<SampleClip> {
  const { clip, questions } = await readSamples('demo.json', demoSchema);
  return {
    file: join(SAMPLES, clip),
    questions: questions.map(({ truth, ...ask }) => ({ ask, truth })),
  };
}

/**
 * Every sample clip with its questions, the smallest file first.
 * @throws CommandError when samples/ is incomplete
 */
export async function sampleClips(): Promise<SampleClip[]> {
  const records = await readSamples('questions.json', z.array(recordSchema));
  const scenes = Map.groupBy(records, (record) => record.scene_name);
  const clips = await Promise.all(
    Array.from(scenes, async ([scene, questions]) => {
      const clip = join(SAMPLES, `${scene}.mp4`);
      return { file: clip, bytes: (await stat(clip)).size, questions: questions.map(asDemoQuestion) };
    }),
  );
  return clips.sort((a, b) => a.bytes - b.bytes);
}

async function readSamples<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  const file = join(SAMPLES, name);
  if (!existsSync(file)) throw new CommandError(`${file} is missing; the checkout is not whole.`);
  return schema.parse(JSON.parse(await readFile(file, 'utf8')));
}

function asDemoQuestion(record: z.infer<typeof recordSchema>): DemoQuestion {
  return {
    ask: { question: record.question, ...(record.options === null ? {} : { options: record.options }) },
    truth: record.ground_truth,
  };
}
