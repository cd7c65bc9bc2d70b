import { newId, type Job, type JobEvent, type Progress } from '@loci/contracts';

const progress = (remembered: number): Progress => ({
  fraction: remembered / 4,
  chunks_total: 4,
  chunks_perceived: 4,
  chunks_remembered: remembered,
  questions_total: 0,
  questions_answered: 0,
  eta_s: null,
});

/** A job without questions that has ended well. */
export const endedJob = (over: Partial<Job> = {}): Job => ({
  id: newId('job'),
  status: 'succeeded',
  stage: null,
  video_id: newId('video'),
  memory_id: newId('memory'),
  progress: progress(4),
  questions: [],
  error: null,
  metadata: null,
  timings_s: { queued: 0, perceive: 1, remember: 1, answer: 0 },
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: '2026-01-01T00:00:01.000Z',
  finished_at: '2026-01-01T00:00:03.000Z',
  ...over,
});

/** The events of a job of four chunks: one of progress a chunk, then `done`. */
export function jobEvents(job: Job): JobEvent[] {
  const running = [1, 2, 3, 4].map((remembered): JobEvent => {
    const data = { status: 'running', stage: 'remember', progress: progress(remembered) } as const;
    return { id: remembered, event: 'progress', data };
  });
  return [...running, { id: 5, event: 'done', data: job }];
}

/** An event as it goes over the wire. */
export const wireText = ({ id, event, data }: JobEvent): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
