-- Which pictures of a video are sampled, `all` or `key`: others make another memory.
ALTER TABLE "memory" ADD COLUMN "sampling_pictures" TEXT NOT NULL DEFAULT 'all';
CREATE UNIQUE INDEX "memory_video_id_model_sampling_fps_sampling_pictures_camera_key"
  ON "memory"("video_id", "model", "sampling_fps", "sampling_pictures", "camera_sha256");
DROP INDEX "memory_video_id_model_sampling_fps_camera_sha256_key";

-- As before, and the memory says which pictures are sampled.
CREATE OR REPLACE FUNCTION begin_chunk(p_memory text, p_work text, p_worker int, p_max_deaths int, p_locks int)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  IF NOT memory_wanted(p_memory) THEN RETURN jsonb_build_object('skip', 'nobody waits for the memory'); END IF;
  IF NOT begin_attempt(p_memory, p_work, p_worker, p_max_deaths, p_locks) THEN
    RETURN jsonb_build_object('poison', true);
  END IF;
  RETURN (SELECT jsonb_build_object(
    'unstarted', EXISTS (
      SELECT 1 FROM job WHERE memory_id = m.id AND status = 'queued' AND started_at IS NULL),
    'memory', jsonb_build_object(
      'id', m.id, 'tenant', m.tenant, 'videoId', m.video_id, 'model', m.model, 'samplingFps', m.sampling_fps,
      'samplingPictures', m.sampling_pictures, 'cameraSha256', m.camera_sha256, 'status', m.status,
      'frames', m.frames, 'chunks', m.chunks, 'head', m.head, 'clock', m.clock),
    'video', jsonb_build_object(
      'id', v.id, 'sha256', v.sha256, 'bytes', v.bytes, 'track', v.track, 'access', v.access))
    FROM memory m JOIN video v ON v.id = m.video_id WHERE m.id = p_memory);
END $$;

-- As before, and the memory says which pictures are sampled.
CREATE OR REPLACE FUNCTION begin_answer(p_question text, p_work text, p_worker int, p_max_deaths int, p_locks int)
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
      'samplingPictures', b.sampling_pictures, 'cameraSha256', b.camera_sha256, 'status', b.status,
      'frames', b.frames, 'chunks', b.chunks, 'head', b.head, 'clock', b.clock),
    'startS', v.start_s)
    FROM memory b JOIN video v ON v.id = b.video_id WHERE b.id = m.id);
END $$;

-- As before, for the memory of these pictures.
CREATE OR REPLACE FUNCTION submit_job(
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
      AND sampling_pictures = m.sampling_pictures AND camera_sha256 = m.camera_sha256
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
    INSERT INTO memory (id, tenant, video_id, model, sampling_fps, sampling_pictures, camera_sha256, frames,
        chunks, clock)
      VALUES (m.id, m.tenant, m.video_id, m.model, m.sampling_fps, m.sampling_pictures, m.camera_sha256, m.frames,
        m.chunks, m.clock)
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
