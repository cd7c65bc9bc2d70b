// Uploads a clip, waits for its memory, asks and prints: node ask.ts CLIP [QUESTION…]
import { openAsBlob } from 'node:fs';

interface Job {
  id: string;
  status: string;
  memory_id: string;
  finished_at: string | null;
  error: { title: string } | null;
}
interface Question {
  question: string;
  answer: { text: string; unit: string | null; confidence: number } | null;
}

const API = `${process.env['LOCI_URL'] ?? 'http://127.0.0.1:8080'}/v1`;
const KEY = process.env['LOCI_KEY'] ?? 'dev';
const QUESTIONS = [
  'How many beds are there in this room?',
  'What is the floor area of this room (in square meters)?',
];

/** Calls the API. Throws with the title of the problem that it answers with. */
async function loci<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { authorization: `Bearer ${KEY}`, ...init.headers };
  const response = await fetch(API + path, { ...init, headers });
  const body = (await response.json()) as T & { title?: string };
  if (!response.ok) throw new Error(`${path}: ${body.title ?? response.statusText}`);
  return body;
}

const post = <T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> =>
  loci(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

const [clip, ...own] = process.argv.slice(2);
if (clip === undefined) throw new Error('usage: node ask.ts CLIP [QUESTION…]');

const video = await loci<{ id: string }>('/videos', {
  method: 'POST',
  body: await openAsBlob(clip, { type: 'video/mp4' }),
});

// without questions a job only builds the memory
let job = await post<Job>('/jobs', { video_id: video.id });
while (job.finished_at === null) job = await loci<Job>(`/jobs/${job.id}?wait=30`);
if (job.status !== 'succeeded')
  throw new Error(`The job ended as ${job.status}: ${job.error?.title ?? 'no reason given'}`);

// a memory may be asked at any time; the video is not touched again
for (const question of own.length > 0 ? own : QUESTIONS) {
  const path = `/memories/${job.memory_id}/questions`;
  const { answer } = await post<Question>(path, { question }, { prefer: 'wait=60' });
  if (answer === null) throw new Error(`${question} was not answered`);
  const sure = Math.round(answer.confidence * 100);
  console.log(
    `${question}\n  ${answer.text}${answer.unit === null ? '' : ` ${answer.unit}`} (${sure} % sure)`,
  );
}
