import type { Queries } from './client.js';
import { eventRows, refreshed } from './job-events.js';
import type { ChunkSums, JobWithFacts } from './job-views.js';

/**
 * Writes a new job, its questions and its first events in one statement, because jobs are submitted by the
 * hundred. The caller holds the memory, from which the job gets its status. Returns it as it stands then.
 */
export async function openJob(tx: Queries, job: JobWithFacts, sums: ChunkSums): Promise<JobWithFacts> {
  const opened = refreshed(job, sums, false, []);
  const { questions, memory, ...row } = opened.job;
  const events = eventRows(opened);
  await tx.$executeRaw`
    WITH opened AS (
      INSERT INTO job (id, tenant, video_id, memory_id, status, metadata, error, event_seq,
        created_at, started_at, finished_at)
      SELECT "id", "tenant", "videoId", ${memory.id}, "status", "metadata", "error", ${events.length},
        "createdAt", "startedAt", "finishedAt"
      FROM jsonb_to_record(${JSON.stringify(row)}::jsonb) AS j (
        "id" text, "tenant" text, "videoId" text, "status" text, "metadata" jsonb, "error" jsonb,
        "createdAt" timestamptz, "startedAt" timestamptz, "finishedAt" timestamptz)),
    asked AS (
      INSERT INTO question (id, tenant, memory_id, job_id, position, question, options, as_of_s,
        needs_chunks, created_at, ready_at)
      SELECT "id", "tenant", "memoryId", "jobId", "position", "question", "options", "asOfS",
        "needsChunks", "createdAt", "readyAt"
      FROM jsonb_to_recordset(${JSON.stringify(questions)}::jsonb) AS q (
        "id" text, "tenant" text, "memoryId" text, "jobId" text, "position" int, "question" text,
        "options" jsonb, "asOfS" float8, "needsChunks" int, "createdAt" timestamptz, "readyAt" timestamptz))
    INSERT INTO job_event (job_id, seq, event, data)
    SELECT e.job_id, e.seq, e.event, e.data
    FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS e (
      job_id text, seq int, event text, data jsonb)`;
  return opened.job;
}
