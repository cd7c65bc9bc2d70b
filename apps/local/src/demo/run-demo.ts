import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LociClient } from '@loci/client';
import type { Job, Question } from '@loci/contracts';
import { CommandError } from '@loci/host';
import { followJob } from './progress.js';
import { sampleClip, type DemoQuestion, type SampleClip } from './samples.js';
import { answersTable, clock, domainLine, tally, timingsLine, traceLines, type Asked } from './table.js';

const ENOUGH_QUESTIONS = 10;
/** Asked of a clip that comes without questions. */
const COMMON_QUESTIONS = [
  'How many chairs are there in this room?',
  'How many tables are there in this room?',
  'What is the size of this room (in square meters)?',
  'What is the length of the longest dimension (length, width or height) of the sofa, in centimeters?',
];

/**
 * What the demo shows: a sample clip, or `FILE "question" …`, where a question may carry options: "Where is it? | left | right".
 * @throws CommandError when the file is missing
 */
export async function chooseClip(args: string[], startedIn: string): Promise<SampleClip> {
  const [file, ...questions] = args;
  if (file === undefined) return sampleClip(ENOUGH_QUESTIONS);
  const path = resolve(startedIn, file);
  if (!existsSync(path)) throw new CommandError(`${path} does not exist.`);
  return { file: path, questions: (questions.length > 0 ? questions : COMMON_QUESTIONS).map(parseQuestion) };
}

function parseQuestion(text: string): DemoQuestion {
  const [question = '', ...options] = text.split('|').map((part) => part.trim());
  return { ask: { question, ...(options.length > 0 ? { options } : {}) }, truth: null };
}

/**
 * Takes a clip through a running stack: upload, job, answers, and a follow-up question of the finished memory.
 * @throws CommandError when any of it fails
 */
export async function runDemo(
  client: LociClient,
  clip: SampleClip,
  print: (text: string) => void,
): Promise<void> {
  const video = await client.upload(clip.file);
  print(
    `${clip.file}: ${clock(video.duration_s)} min, ${video.width}×${video.height}, ${video.fps.toFixed(0)} frames/s → ${video.id}`,
  );
  const before = performance.now();
  const submitted = await client.submit({
    video_id: video.id,
    questions: clip.questions.map(({ ask }) => ask),
  });
  print(`${clip.questions.length} questions → ${submitted.id}, memory ${submitted.memory_id}`);
  const job = await followJob(client.events(submitted.id));
  const seconds = (performance.now() - before) / 1000;
  const asked = checkAnswers(job, clip.questions);

  print(answersTable(asked, process.stdout.columns));
  print(tally(asked) ?? 'there are no truths to compare with');
  print(domainLine(asked));
  print(
    `\nwhat it grounded before it answered (world frame: x right, y down, z forward from the first camera):\n${traceLines(asked).join('\n')}`,
  );
  print(`\n${timingsLine(job, seconds)}`);
  await followUp(client, job, asked, video.duration_s, print);
}

function checkAnswers(job: Job, questions: DemoQuestion[]): Asked[] {
  if (job.status !== 'succeeded')
    throw new CommandError(
      `The job ended as ${job.status}: ${job.error?.title ?? 'no reason given'}${job.error?.detail === undefined ? '' : ` (${job.error.detail})`}.`,
    );
  return job.questions.map((question, index) => ({
    question: answered(question),
    truth: questions[index]?.truth ?? null,
  }));
}

function answered(question: Question): Question {
  if (question.answer !== null) return question;
  throw new CommandError(
    `A question was not answered (${question.status}): ${question.error?.title ?? question.question}.`,
  );
}

/** The first question again, of the memory as it stood half way: no clip is read for it. */
async function followUp(
  client: LociClient,
  job: Job,
  asked: Asked[],
  durationS: number,
  print: (text: string) => void,
): Promise<void> {
  const [first] = asked;
  if (first === undefined) return;
  const { question, options } = first.question;
  const asOf = Math.floor(durationS / 2);
  const memory = await client.memory(job.memory_id);
  const before = performance.now();
  const reply = answered(
    await client.ask(job.memory_id, { question, as_of_s: asOf, ...(options === null ? {} : { options }) }),
  );
  const seconds = (performance.now() - before) / 1000;
  print(
    `\nfollow-up to the finished memory (${memory.working} working and ${memory.episodic} episodic entries, ${Math.round(memory.bytes / 1024)} KiB), as of ${clock(asOf)}, without touching the video:`,
  );
  print(
    `  ${question}\n  → ${reply.answer?.text ?? ''}${reply.answer?.unit === null ? '' : ` ${reply.answer?.unit ?? ''}`} in ${seconds.toFixed(2)} s`,
  );
}
