-- What tells jobs of a change is derived from how they stand, by the caller. It reads that, and then makes
-- one call, which writes nothing where they stand otherwise meanwhile.

-- Whether a memory and jobs on it stand as they were seen. What changes a job tells an event, so their number
-- says which of its states was seen. The caller holds the memory's lock.
CREATE FUNCTION jobs_stand(p_memory text, p_standing jsonb, p_jobs jsonb)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT memory_standing(p_memory) IS NOT DISTINCT FROM p_standing AND NOT EXISTS (
    SELECT 1 FROM jsonb_to_recordset(p_jobs) AS seen (id text, seen_seq int) LEFT JOIN job j ON j.id = seen.id
    WHERE j.event_seq IS DISTINCT FROM seen.seen_seq)
$$;

-- Writes jobs and their new events, and says so to those who wait (libs/database/src/news.ts).
CREATE FUNCTION write_jobs(p_jobs jsonb, p_events jsonb) RETURNS void LANGUAGE sql AS $$
  UPDATE job SET
    status = j.status, error = j.error, started_at = j.started_at, finished_at = j.finished_at,
    event_seq = j.event_seq
    FROM jsonb_to_recordset(p_jobs) AS j (
      id text, status text, error jsonb, started_at timestamptz, finished_at timestamptz, event_seq int)
    WHERE job.id = j.id;
  INSERT INTO job_event (job_id, seq, event, data)
    SELECT e.job_id, e.seq, e.event, e.data
    FROM jsonb_to_recordset(p_events) AS e (job_id text, seq int, event text, data jsonb);
  SELECT pg_notify('loci_news', told.job_id)
    FROM (SELECT DISTINCT job_id FROM jsonb_to_recordset(p_events) AS e (job_id text)) AS told;
$$;

-- Writes jobs that have changed. False when they do not stand as they were seen.
CREATE FUNCTION change_jobs(p_memory text, p_standing jsonb, p_jobs jsonb, p_events jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM memory WHERE id = p_memory FOR UPDATE;
  IF NOT jobs_stand(p_memory, p_standing, p_jobs) THEN RETURN false; END IF;
  PERFORM write_jobs(p_jobs, p_events);
  RETURN true;
END $$;

-- A queued question with its job, where it has one: how that and its memory stand, and how long the question
-- has been waiting. No row when it has ended, or is gone.
CREATE FUNCTION question_standing(p_question text)
RETURNS TABLE (
  memory_id text, job_id text, jobs jsonb, standing jsonb, answered_at timestamptz, latency_s float8)
LANGUAGE sql STABLE AS $$
  SELECT q.memory_id, q.job_id,
    CASE WHEN q.job_id IS NOT NULL THEN live_jobs(q.memory_id, q.job_id, false) END,
    CASE WHEN q.job_id IS NOT NULL THEN memory_standing(q.memory_id) END, n.at,
    greatest(0, extract(epoch FROM n.at - coalesce(q.ready_at, q.created_at)))
  FROM question q CROSS JOIN (SELECT clock_timestamp() AS at) AS n
  WHERE q.id = p_question AND q.status = 'queued'
$$;

-- Ends a queued question with its answer, and tells its job, where that stands as it was seen. `committed`;
-- `lost`: the question had ended already, or is gone; `changed`: its job or its memory does not stand so any
-- more.
CREATE FUNCTION commit_answer(
  p_question text, p_work text, p_answer jsonb, p_seconds float8, p_answered timestamptz, p_latency float8,
  p_standing jsonb, p_jobs jsonb, p_events jsonb)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m text;
BEGIN
  SELECT id INTO m FROM memory
    WHERE id = (SELECT memory_id FROM question WHERE id = p_question) FOR UPDATE;
  IF NOT EXISTS (SELECT 1 FROM question WHERE id = p_question AND status = 'queued') THEN
    RETURN 'lost';
  END IF;
  IF NOT jobs_stand(m, p_standing, p_jobs) THEN RETURN 'changed'; END IF;
  UPDATE question SET status = 'answered', answer = p_answer, answer_s = p_seconds, answered_at = p_answered,
    latency_s = p_latency
    WHERE id = p_question;
  DELETE FROM attempt WHERE memory_id = m AND work = p_work;
  PERFORM write_jobs(p_jobs, p_events);
  RETURN 'committed';
END $$;

-- commit_remember for a memory's last chunk, where no job ends by it: each has a question that is to be
-- answered. Else {ends}, and nothing is written.
CREATE FUNCTION commit_last(
  p_memory text, p_chunk int, p_work text, p_done jsonb, p_tokens bytea, p_localizer_state bytea,
  p_overlap bytea, p_pending bytea, p_lookahead int, p_quiet_ms int)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  -- until this ends, no job comes and no question ends
  PERFORM 1 FROM memory WHERE id = p_memory FOR UPDATE;
  IF EXISTS (
    SELECT 1 FROM job j WHERE j.memory_id = p_memory AND j.status IN ('queued', 'running') AND NOT EXISTS (
      SELECT 1 FROM question q WHERE q.job_id = j.id AND q.status = 'queued'))
  THEN
    RETURN jsonb_build_object('ends', true);
  END IF;
  RETURN commit_remember(p_memory, p_chunk, p_work, p_done, p_tokens, p_localizer_state, p_overlap, p_pending,
    p_lookahead, p_quiet_ms);
END $$;
