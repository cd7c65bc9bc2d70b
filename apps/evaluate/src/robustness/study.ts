import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LociClient } from '@loci/client';
import { modelRef, type Model } from '@loci/contracts';
import { CommandError } from '@loci/host';
import { z } from 'zod';
import { byVideo, type Dataset, type VideoQuestions } from '../dataset/dataset.js';
import type { EvaluateOptions } from '../options.js';
import { answerAll } from '../run/answer-all.js';
import {
  checkModel,
  hashQuestions,
  modelsOf,
  openRun,
  remaining,
  writeAtomically,
  type Run,
} from '../run/run.js';
import { withService } from '../run/service.js';
import { makeClips } from './clips.js';
import type { Outcomes } from './report.js';
import { probeClip } from './timelines.js';
import { VARIANTS, type VariantName } from './variants.js';

type Say = (line: string) => void;

/** One variant's run. */
interface VariantRun {
  name: VariantName;
  folder: string;
  run: Run;
  /** The videos with the questions that have no answer yet. */
  left: VideoQuestions[];
}

/** Says which study a folder's clips and answers belong to. */
const STUDY_FILE = 'study.json';
const studySchema = z.object({
  dataset: z.string(),
  questions_sha256: z.string(),
  variants: z.record(z.string(), z.string()),
});
type Study = z.infer<typeof studySchema>;

/**
 * Answers the data set's questions in every variant, each in its own folder of `out`. Clips and answers are
 * kept as they are finished, so that a killed study can resume.
 * @throws CommandError when the folder holds another study, or the service cannot be reached
 */
export async function answerStudy(
  dataset: Dataset,
  out: string,
  options: Pick<EvaluateOptions, 'service' | 'concurrency' | 'resume' | 'limit'>,
  names: readonly VariantName[],
  say: Say,
): Promise<Outcomes> {
  const videos = firstVideos(dataset, options.limit);
  const study = {
    dataset: dataset.name,
    questions_sha256: hashQuestions(dataset.questions),
    variants: Object.fromEntries(names.map((name) => [name, VARIANTS[name].does])),
  };
  const found = options.resume ? await readStudy(out, study) : null;
  const runs: VariantRun[] = [];
  try {
    for (const name of names) runs.push(await openVariant(name, dataset, videos, out, options.resume));
    const variants = { ...found?.variants, ...study.variants };
    await writeAtomically(join(out, STUDY_FILE), { ...study, variants });
    for (const run of runs) run.left = await transformed(run, videos, found !== null, say);
    const skipped = await answerRuns(runs, options, say);
    return new Map(
      runs.map(({ name, run }) => [name, { rows: run.answers.rows, skipped: skipped.get(name) ?? null }]),
    );
  } finally {
    for (const { run } of runs) await run.answers.close();
  }
}

/**
 * The first videos of a data set with their questions.
 * @param limit number of videos; null: all
 * @throws DatasetError when one is missing
 */
function firstVideos({ questions }: Dataset, limit: number | null): VideoQuestions[] {
  const scenes = new Set([...new Set(questions.map(({ scene }) => scene))].slice(0, limit ?? undefined));
  return byVideo(questions.filter(({ scene }) => scenes.has(scene)));
}

/**
 * The study that the folder holds already, whose clips can be used; null: none. It may have other variants.
 * @throws CommandError when it is of other questions, or a variant of one name does something else
 */
async function readStudy(out: string, study: Study): Promise<Study | null> {
  const file = join(out, STUDY_FILE);
  if (!existsSync(file)) return null;
  const found = studySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const isOther =
    found.dataset !== study.dataset ||
    found.questions_sha256 !== study.questions_sha256 ||
    Object.entries(study.variants).some(([name, does]) => (found.variants[name] ?? does) !== does);
  if (isOther)
    throw new CommandError(
      `The study in ${out} is of other questions or other variants; choose another --out.`,
    );
  return found;
}

async function openVariant(
  name: VariantName,
  dataset: Dataset,
  videos: readonly VideoQuestions[],
  out: string,
  resume: boolean,
): Promise<VariantRun> {
  const folder = join(out, name);
  const run = await openRun(folder, dataset, resume);
  return { name, folder, run, left: remaining(videos, run.answers.rows) };
}

/**
 * The videos that are left, as the variant shows them. Makes the clips that are missing.
 * @param videos all that the study is about
 */
async function transformed(
  { name, folder, left }: VariantRun,
  videos: readonly VideoQuestions[],
  reuseClips: boolean,
  say: Say,
): Promise<VideoQuestions[]> {
  const { transform, inserts } = VARIANTS[name];
  if (transform === null || left.length === 0) return left;
  const folderOfClips = join(folder, 'clips');
  say(`${name}: ${left.length} clips in ${folderOfClips}`);
  const clips = await makeClips(transform, left, videos, folderOfClips, reuseClips);
  if (inserts === null) return clips;
  const durations = await Promise.all(left.map(async ({ file }) => (await probeClip(file)).duration_s));
  return clips.map((clip, index) => ({ ...clip, inserted: inserts(durations[index] ?? 0) }));
}

/**
 * Puts what is left to the service, one variant after the other.
 * @returns the variants that the model cannot take, with the reason
 */
async function answerRuns(
  runs: readonly VariantRun[],
  { service, concurrency }: Pick<EvaluateOptions, 'service' | 'concurrency'>,
  say: Say,
): Promise<Map<VariantName, string>> {
  const skipped = new Map<VariantName, string>();
  const due = runs.filter(({ left }) => left.length > 0);
  if (due.length === 0) return skipped;
  const answerDue = async (client: LociClient, keep: boolean) => {
    const model = await client.defaultModel();
    checkModel([modelRef(model), ...runs.flatMap(({ run }) => modelsOf(run.answers.rows))]);
    for (const { name, run, left } of due) {
      const sampling = samplingOf(model, VARIANTS[name].rate);
      if ('refused' in sampling) {
        skipped.set(name, sampling.refused);
        continue;
      }
      const options = { concurrency, keep, fps: sampling.fps };
      await answerAll(client, run, left, options, (line) => say(`${name}: ${line}`));
    }
  };
  await withService(service, 'robustness', say, answerDue);
  return skipped;
}

/**
 * The sampling rate to ask for, in frames per second of video (null: the model's own), or why the model does
 * not take it.
 * @param times multiple of the model's own rate
 */
export function samplingOf(
  { sampling }: Pick<Model, 'sampling'>,
  times: number,
): { fps: number | null } | { refused: string } {
  const fps = sampling.fps * times;
  if (times === 1) return { fps: null };
  if (fps >= sampling.min_fps && fps <= sampling.max_fps) return { fps };
  return {
    refused: `the model reads ${sampling.min_fps} to ${sampling.max_fps} frames/s, and this would be ${fps}`,
  };
}
