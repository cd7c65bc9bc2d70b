-- Answers begin and end by one call each, as chunks do (0012_stage_calls).

-- How work on a question begins: {question, memory, startS, unstarted}, {skip} or {poison}. `unstarted`: its job has
-- not been started by any worker.
CREATE FUNCTION begin_answer(p_question text, p_work text, p_worker int, p_max_deaths int, p_locks int)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  m record;
  q question;
BEGIN
  SELECT id, video_id, head INTO m FROM memory
    WHERE id = (SELECT memory_id FROM question WHERE id = p_question) FOR UPDATE;
  IF NOT FOUND THEN RETURN jsonb_build_object('skip', 'the question is gone'); END IF;
  -- read again: what was committed during the wait for the lock counts
  SELECT * INTO q FROM question WHERE id = p_question;
  IF NOT FOUND THEN RETURN jsonb_build_object('skip', 'the question is gone'); END IF;
  IF q.status <> 'queued' THEN RETURN jsonb_build_object('skip', 'the question is ' || q.status); END IF;
  IF q.needs_chunks > m.head THEN
    RETURN jsonb_build_object('skip', 'the chunks that it needs are not remembered yet');
  END IF;
  IF NOT begin_attempt(m.id, p_work, p_worker, p_max_deaths, p_locks) THEN
    RETURN jsonb_build_object('poison', true);
  END IF;
  RETURN (SELECT jsonb_build_object(
    'unstarted', EXISTS (SELECT 1 FROM job WHERE id = q.job_id AND status = 'queued' AND started_at IS NULL),
    'question', jsonb_build_object(
      'id', q.id, 'memoryId', q.memory_id, 'jobId', q.job_id, 'question', q.question, 'options', q.options,
      'asOfS', q.as_of_s, 'needsChunks', q.needs_chunks),
    'memory', jsonb_build_object(
      'id', b.id, 'tenant', b.tenant, 'videoId', b.video_id, 'model', b.model, 'samplingFps', b.sampling_fps,
      'cameraSha256', b.camera_sha256, 'status', b.status, 'frames', b.frames, 'chunks', b.chunks,
      'head', b.head, 'clock', b.clock),
    'startS', v.start_s)
    FROM memory b JOIN video v ON v.id = b.video_id WHERE b.id = m.id);
END $$;

-- Ends a queued question: with its answer, which took so many seconds, or with an error. Gives {memoryId, jobId};
-- null when it had ended already, or is gone.
CREATE FUNCTION end_question(p_question text, p_work text, p_answer jsonb, p_seconds float8, p_error jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  m text;
  ended record;
  now timestamptz := clock_timestamp();
BEGIN
  SELECT id INTO m FROM memory
    WHERE id = (SELECT memory_id FROM question WHERE id = p_question) FOR UPDATE;
  IF p_error IS NULL THEN
    UPDATE question SET status = 'answered', answer = p_answer, answer_s = p_seconds, answered_at = now,
      latency_s = greatest(0, extract(epoch FROM now - coalesce(ready_at, created_at)))
      WHERE id = p_question AND status = 'queued' RETURNING memory_id, job_id INTO ended;
  ELSE
    UPDATE question SET status = 'failed', error = p_error
      WHERE id = p_question AND status = 'queued' RETURNING memory_id, job_id INTO ended;
  END IF;
  IF NOT FOUND THEN RETURN NULL; END IF;
  DELETE FROM attempt WHERE memory_id = m AND work = p_work;
  -- libs/database/src/news.ts; of a job its events tell
  IF ended.job_id IS NULL THEN PERFORM pg_notify('loci_news', p_question); END IF;
  RETURN jsonb_build_object('memoryId', ended.memory_id, 'jobId', ended.job_id);
END $$;

-- The jobs on a memory that have not ended (only that one, where one is named; only those that no worker has
-- started, where asked), in the order of their ids: their rows, with those of their questions.
CREATE FUNCTION live_jobs(p_memory text, p_job text, p_unstarted boolean) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(to_jsonb(j) || jsonb_build_object('questions', (
    SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.position), '[]') FROM question q WHERE q.job_id = j.id
  )) ORDER BY j.id), '[]')
  FROM job j WHERE j.memory_id = p_memory AND j.status IN ('queued', 'running')
    AND (p_job IS NULL OR j.id = p_job) AND (NOT p_unstarted OR j.started_at IS NULL)
$$;
