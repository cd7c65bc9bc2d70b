-- What a submit needs of a memory: how it stands, with the sums over its chunks. Null when it is gone.
CREATE FUNCTION memory_standing(p_memory text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', m.id, 'status', m.status, 'head', m.head, 'chunks', m.chunks, 'error', m.error,
    'finishedAt', m.finished_at, 'perceived', c.perceived, 'perceiveS', c.perceive_s,
    'rememberS', c.remember_s)
  FROM memory m CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status <> 'pending') AS perceived,
      coalesce(sum(perceive_s), 0) AS perceive_s, coalesce(sum(remember_s), 0) AS remember_s
    FROM chunk WHERE memory_id = m.id) c
  WHERE m.id = p_memory
$$;

-- Creates a job with its questions and first events, and its memory where there is none. A failed memory is
-- built on: the committed chunks stay, who died on it is forgotten. Rows come as jsonb, by the tables' columns.
--
-- The caller derives the job's rows from how it saw the memory stand. It is told {standing}, and nothing is
-- written, when the memory stands otherwise; {gone} without the video; {taken} when the idempotency key made a
-- job within its time; else {wanted}: whether others waited for the memory before.
CREATE FUNCTION submit_job(
  p_memory jsonb, p_seen jsonb, p_cameras bytea[], p_claim jsonb, p_expired timestamptz,
  p_job jsonb, p_questions jsonb, p_events jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  m memory := jsonb_populate_record(NULL::memory, p_memory);
  claim idempotency_key := jsonb_populate_record(NULL::idempotency_key, p_claim);
  held text;
  standing jsonb;
  wanted boolean;
BEGIN
  -- until this ends, the video is not deleted and no stage changes the memory; submits do not wait for each other
  PERFORM 1 FROM video WHERE id = m.video_id AND tenant = m.tenant FOR KEY SHARE;
  IF NOT FOUND THEN RETURN jsonb_build_object('gone', true); END IF;
  IF p_seen->>'status' = 'failed' THEN PERFORM 1 FROM memory WHERE id = p_seen->>'id' FOR UPDATE; END IF;
  SELECT id INTO held FROM memory
    WHERE video_id = m.video_id AND model = m.model AND sampling_fps = m.sampling_fps
      AND camera_sha256 = m.camera_sha256
    FOR SHARE;
  standing := memory_standing(held);
  IF standing IS DISTINCT FROM p_seen THEN RETURN jsonb_build_object('standing', standing); END IF;

  IF p_claim IS NOT NULL THEN
    -- old keys go a few at a time, and none that another request is just removing
    DELETE FROM idempotency_key WHERE ctid IN (
      SELECT ctid FROM idempotency_key
      WHERE created_at < p_expired AND (tenant, key) <> (claim.tenant, claim.key)
      LIMIT 100 FOR UPDATE SKIP LOCKED);
    -- of two requests at once, the second waits here until the first has committed
    INSERT INTO idempotency_key AS k (tenant, key, request_hash, job_id)
      VALUES (claim.tenant, claim.key, claim.request_hash, claim.job_id)
      ON CONFLICT (tenant, key) DO UPDATE
        SET request_hash = excluded.request_hash, job_id = excluded.job_id, created_at = excluded.created_at
        WHERE k.created_at < p_expired;
    IF NOT FOUND THEN
      RETURN jsonb_build_object('taken', (
        SELECT jsonb_build_object('jobId', job_id, 'requestHash', request_hash)
        FROM idempotency_key WHERE tenant = claim.tenant AND key = claim.key));
    END IF;
  END IF;

  wanted := held IS NOT NULL AND memory_wanted(held);
  IF held IS NULL THEN
    INSERT INTO memory (id, tenant, video_id, model, sampling_fps, camera_sha256, frames, chunks, clock)
      VALUES (m.id, m.tenant, m.video_id, m.model, m.sampling_fps, m.camera_sha256, m.frames, m.chunks, m.clock)
      ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RAISE serialization_failure USING MESSAGE = 'another submit has made the memory'; END IF;
    INSERT INTO chunk (memory_id, index, camera)
      SELECT m.id, i, p_cameras[i + 1] FROM generate_series(0, m.chunks - 1) AS i;
  ELSIF standing->>'status' = 'failed' THEN
    UPDATE memory SET status = 'building', error = NULL, finished_at = NULL WHERE id = held;
    DELETE FROM attempt WHERE memory_id = held;
  END IF;

  INSERT INTO job (id, tenant, video_id, memory_id, status, metadata, error, event_seq,
      created_at, started_at, finished_at)
    SELECT id, tenant, video_id, memory_id, status, metadata, error, event_seq,
      created_at, started_at, finished_at
    FROM jsonb_populate_record(NULL::job, p_job);
  INSERT INTO question (id, tenant, memory_id, job_id, position, question, options, as_of_s, needs_chunks,
      created_at, ready_at)
    SELECT id, tenant, memory_id, job_id, position, question, options, as_of_s, needs_chunks,
      created_at, ready_at
    FROM jsonb_populate_recordset(NULL::question, p_questions);
  INSERT INTO job_event (job_id, seq, event, data)
    SELECT job_id, seq, event, data FROM jsonb_populate_recordset(NULL::job_event, p_events);
  RETURN jsonb_build_object('wanted', wanted);
END $$;
