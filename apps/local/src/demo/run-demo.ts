import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LociClient } from '@loci/client';
import type { Job, Memory, Model, Question, Video } from '@loci/contracts';
import { CommandError } from '@loci/host';
import { followJob } from './progress.js';
import { demoClip, type DemoQuestion, type SampleClip } from './samples.js';
import {
  answersTable,
  clock,
  domainLine,
  refusalLines,
  tally,
  timingsLine,
  traceLines,
  type Asked,
} from './table.js';

/** Asked of a clip that comes without questions. */
const COMMON_QUESTIONS = [
  'How many chairs are there?',
  'How far is the bed from the door, in feet?',
  'How big is this place?',
  'How long is the sofa?',
];
const WORLD_FRAME = 'world frame: x right, y down, z forward from the first camera';

type Print = (text: string) => void;

/**
 * What the demo shows: a sample clip, or the clip and the questions of the command line.
 * @param args `FILE "question" …`; a question may carry options: "Where is it? | left | right"
 * @param startedIn relative paths begin there
 * @throws CommandError when the file is missing
 */
export async function chooseClip(args: string[], startedIn: string): Promise<SampleClip> {
  const [file, ...questions] = args;
  if (file === undefined) return demoClip();
  const path = resolve(startedIn, file);
  if (!existsSync(path)) throw new CommandError(`${path} does not exist.`);
  return { file: path, questions: (questions.length > 0 ? questions : COMMON_QUESTIONS).map(parseQuestion) };
}

function parseQuestion(text: string): DemoQuestion {
  const [question = '', ...options] = text.split('|').map((part) => part.trim());
  return { ask: { question, ...(options.length > 0 ? { options } : {}) }, truth: null };
}

/**
 * Takes a clip through a running stack: upload, job, answers, and a follow-up question to its memory.
 * @returns the video that the clip has become
 * @throws CommandError when any of it fails
 */
export async function runDemo(client: LociClient, clip: SampleClip, print: Print): Promise<Video> {
  const video = await client.upload(clip.file);
  print(`${clip.file}: ${describeVideo(video)} → ${video.id}`);
  const before = performance.now();
  const submitted = await client.submit({
    video_id: video.id,
    questions: clip.questions.map(({ ask }) => ask),
  });
  print(`${clip.questions.length} questions → ${submitted.id}, memory ${submitted.memory_id}`);
  const job = await followJob(client.events(submitted.id));
  const seconds = secondsSince(before);
  const asked = checkAnswers(job, clip.questions);

  print(answersTable(asked, process.stdout.columns));
  for (const line of refusalLines(asked)) print(line);
  print(tally(asked) ?? 'there are no truths to compare with');
  print(domainLine(asked));
  print(`\nwhat it grounded before it answered (${WORLD_FRAME}):\n${traceLines(asked).join('\n')}`);
  print(`\n${timingsLine(job, seconds)}`);
  await followUp(client, job, asked, video.duration_s, print);
  return video;
}

const describeVideo = ({ duration_s, width, height, fps }: Video): string =>
  `${clock(duration_s)} min, ${width}×${height}, ${fps.toFixed(0)} frames/s`;

const secondsSince = (before: number): number => (performance.now() - before) / 1000;

function checkAnswers(job: Job, questions: DemoQuestion[]): Asked[] {
  if (job.status !== 'succeeded') {
    const detail = job.error?.detail === undefined ? '' : ` (${job.error.detail})`;
    throw new CommandError(
      `The job ended as ${job.status}: ${job.error?.title ?? 'no reason given'}${detail}.`,
    );
  }
  return job.questions.map((question, index) => ({
    question: checkAnswered(question),
    truth: questions[index]?.truth ?? null,
  }));
}

function checkAnswered(question: Question): Question {
  if (question.answer !== null) return question;
  const reason = question.error?.title ?? question.question;
  throw new CommandError(`A question was not answered (${question.status}): ${reason}.`);
}

/**
 * The middle of a clip in whole seconds, or the first moment after it that a memory can be asked as of: its
 * first chunk ends then.
 */
const halfway = (durationS: number, { sizes, sampling }: Model): number =>
  Math.min(durationS, Math.ceil(Math.max(durationS / 2, (sizes.frames_per_chunk - 1) / sampling.fps)));

/** Asks the first question again, of the memory as it was half way through. No clip is read for it. */
async function followUp(
  client: LociClient,
  job: Job,
  asked: Asked[],
  durationS: number,
  print: Print,
): Promise<void> {
  const [first] = asked;
  if (first === undefined) return;
  const { question, options } = first.question;
  const halfwayS = halfway(durationS, await client.defaultModel());
  const memory = await client.memory(job.memory_id);
  const ask = { question, as_of_s: halfwayS, ...(options === null ? {} : { options }) };
  const before = performance.now();
  const { answer } = checkAnswered(await client.ask(job.memory_id, ask));
  const seconds = secondsSince(before);
  print(
    `\nfollow-up to the finished memory (${describeMemory(memory)}), as of ${clock(halfwayS)},` +
      ' without touching the video:',
  );
  const unit = answer?.unit === null ? '' : ` ${answer?.unit ?? ''}`;
  print(`  ${question}\n  → ${answer?.text ?? ''}${unit} in ${seconds.toFixed(2)} s`);
}

const describeMemory = ({ working, episodic, bytes }: Memory): string =>
  `${working} working and ${episodic} episodic entries, ${Math.round(bytes / 1024)} KiB`;
