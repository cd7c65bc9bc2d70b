import { isDeepStrictEqual } from 'node:util';
import { noFindings, type Findings } from './findings.js';
import { isPoisoned, type Accepted } from './load.js';
import { query } from './look.js';
import type { Surroundings } from './surroundings.js';

/** The end of a job as two runs can be compared by: all but times and names. */
const comparable = ({ job, memory }: Accepted) => ({
  status: job.status,
  digest: memory?.digest,
  answers: job.questions.map(
    ({ answer }) =>
      answer && { ...answer, evidence: answer.evidence.map((item) => ({ ...item, thumbnail_url: null })) },
  ),
});

/** Compares what the clients were told with a calm run. */
export function checkJobs(calm: readonly Accepted[], accepted: readonly Accepted[]): Findings {
  const expected = new Map(calm.map((run) => [run.clip, comparable(run)]));
  const findings = noFindings();
  const { lost, differing } = findings;
  for (const run of accepted.filter(({ job, deleted }) => !deleted && !isPoisoned(job))) {
    const { job, clip } = run;
    if (job.finished_at === null) lost.push(`${job.id} has not ended`);
    else if (job.status !== 'succeeded')
      lost.push(`${job.id} ${job.status}: ${job.error?.title ?? ''}: ${job.error?.detail ?? ''}`);
    else if (!isDeepStrictEqual(comparable(run), expected.get(clip)))
      differing.push(`${job.id} of ${clip}, digest ${run.memory?.digest ?? 'none'}`);
  }
  return findings;
}

/** Reads the rows: whether each accepted job is there, and ended once. */
export async function checkRows(
  { postgres }: Surroundings,
  accepted: readonly Accepted[],
): Promise<Findings> {
  const rows = await query<{ id: string; ends: number }>(
    postgres.url,
    `select j.id, count(e.seq)::int as ends from job j
      left join job_event e on e.job_id = j.id and e.event = 'done' group by j.id`,
  );
  const ends = new Map(rows.map((row) => [row.id, row.ends]));
  const findings = noFindings();
  const { lost, doubled, orphans } = findings;
  for (const { job, deleted } of accepted) {
    const count = ends.get(job.id);
    ends.delete(job.id);
    if (deleted) {
      if (count !== undefined) orphans.push(`${job.id} outlives its video`);
    } else if (count === undefined) lost.push(`${job.id} has no row`);
    else if (count === 0) lost.push(`${job.id} has no end`);
    else if (count > 1) doubled.push(`${job.id} ended ${count} times`);
  }
  doubled.push(...[...ends.keys()].map((id) => `${id} was not submitted by anybody`));
  return findings;
}
