// Uploads a clip, waits for its memory, asks and prints: node ask.ts CLIP [QUESTION…]
import { LociClient } from '@loci/client';

const QUESTIONS = [
  'How many beds are there in this room?',
  'What is the floor area of this room (in square meters)?',
];

const [clip, ...own] = process.argv.slice(2);
if (clip === undefined) throw new Error('usage: node ask.ts CLIP [QUESTION…]');

const loci = new LociClient(
  process.env['LOCI_URL'] ?? 'http://127.0.0.1:8080',
  process.env['LOCI_KEY'] ?? 'dev',
);
const video = await loci.upload(clip);

// without questions a job only builds the memory
const job = await loci.finished((await loci.submit({ video_id: video.id })).id);
if (job.status !== 'succeeded')
  throw new Error(`The job ended as ${job.status}: ${job.error?.title ?? 'no reason given'}`);

// a memory may be asked at any time; the video is not touched again
for (const question of own.length > 0 ? own : QUESTIONS) {
  const { answer } = await loci.ask(job.memory_id, { question });
  if (answer === null) throw new Error(`${question} was not answered`);
  const sure = Math.round(answer.confidence * 100);
  const unit = answer.unit === null ? '' : ` ${answer.unit}`;
  console.log(`${question}\n  ${answer.text}${unit} (${sure} % sure)`);
}
