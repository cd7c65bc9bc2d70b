-- Each begin and each commit of a chunk's stage is one call. The functions are volatile: each statement in them
-- sees what was committed before it, so what follows a lock is read after the wait for it.

-- Whether a job that has not ended, or a queued question without a job, waits for a memory.
CREATE FUNCTION memory_wanted(p_memory text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM job WHERE memory_id = p_memory AND status IN ('queued', 'running'))
    OR EXISTS (SELECT 1 FROM question WHERE memory_id = p_memory AND status = 'queued' AND job_id IS NULL)
$$;

-- What the planner reads of a memory; null when it is gone.
CREATE FUNCTION memory_facts(p_memory text, p_lookahead int) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'memory', jsonb_build_object('id', m.id, 'status', m.status, 'head', m.head, 'chunks', m.chunks),
    'wanted', memory_wanted(m.id),
    'chunks', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('index', c.index, 'status', c.status) ORDER BY c.index), '[]')
      FROM chunk c WHERE c.memory_id = m.id AND c.index >= m.head AND c.index < m.head + p_lookahead),
    'questions', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', q.id, 'status', q.status, 'needsChunks', q.needs_chunks) ORDER BY q.id), '[]')
      FROM question q WHERE q.memory_id = m.id AND q.status = 'queued'))
  FROM memory m WHERE m.id = p_memory
$$;

-- Records that a worker begins. Those that began before and are gone have died on it; those that live are only
-- slow, or stand still. Attempts from before the server's own start say nothing: it forgot all sessions. False
-- when so many died that the work is poison; nothing is recorded then. p_locks: see libs/database/src/presence.ts
CREATE FUNCTION begin_attempt(p_memory text, p_work text, p_worker int, p_max_deaths int, p_locks int)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  begun int[];
BEGIN
  SELECT array_agg(worker) INTO begun FROM attempt
    WHERE memory_id = p_memory AND work = p_work AND begun_at >= pg_postmaster_start_time();
  IF begun IS NOT NULL AND p_max_deaths <= (
    SELECT count(*) FROM unnest(begun) AS b (worker) WHERE NOT EXISTS (
      SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND l.classid = p_locks::oid AND l.objsubid = 2 AND l.granted
        AND l.objid::bigint = b.worker AND d.datname = current_database()))
  THEN
    RETURN false;
  END IF;
  INSERT INTO attempt (memory_id, work, worker) VALUES (p_memory, p_work, p_worker)
    ON CONFLICT (memory_id, work, worker) DO UPDATE SET begun_at = now();
  RETURN true;
END $$;

-- How work on a chunk that is due begins: {memory, video, unstarted}, {skip} or {poison}. `unstarted`: one of the
-- jobs has not been started by any worker.
CREATE FUNCTION begin_chunk(p_memory text, p_work text, p_worker int, p_max_deaths int, p_locks int)
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
      'status', m.status, 'frames', m.frames, 'chunks', m.chunks, 'head', m.head, 'clock', m.clock),
    'video', jsonb_build_object(
      'id', v.id, 'sha256', v.sha256, 'bytes', v.bytes, 'track', v.track, 'access', v.access))
    FROM memory m JOIN video v ON v.id = m.video_id WHERE m.id = p_memory);
END $$;

CREATE FUNCTION begin_perceive(
  p_memory text, p_chunk int, p_work text, p_worker int, p_max_deaths int, p_locks int)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  m record;
  stands text;
BEGIN
  SELECT status, head INTO m FROM memory WHERE id = p_memory FOR UPDATE;
  IF NOT FOUND THEN RETURN jsonb_build_object('skip', 'the memory is gone'); END IF;
  IF m.status <> 'building' THEN RETURN jsonb_build_object('skip', 'the memory is ' || m.status); END IF;
  SELECT status INTO stands FROM chunk WHERE memory_id = p_memory AND index = p_chunk;
  IF NOT FOUND THEN RETURN jsonb_build_object('skip', 'the memory has no such chunk'); END IF;
  IF stands <> 'pending' THEN RETURN jsonb_build_object('skip', 'the chunk is ' || stands); END IF;
  RETURN begin_chunk(p_memory, p_work, p_worker, p_max_deaths, p_locks);
END $$;

CREATE FUNCTION begin_remember(
  p_memory text, p_chunk int, p_work text, p_worker int, p_max_deaths int, p_locks int)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  m record;
  stands text;
BEGIN
  SELECT status, head INTO m FROM memory WHERE id = p_memory FOR UPDATE;
  IF NOT FOUND THEN RETURN jsonb_build_object('skip', 'the memory is gone'); END IF;
  IF m.status <> 'building' THEN RETURN jsonb_build_object('skip', 'the memory is ' || m.status); END IF;
  IF m.head > p_chunk THEN RETURN jsonb_build_object('skip', 'the chunk is remembered'); END IF;
  IF m.head < p_chunk THEN
    RETURN jsonb_build_object('skip', 'chunks before it are not remembered yet');
  END IF;
  SELECT status INTO STRICT stands FROM chunk WHERE memory_id = p_memory AND index = p_chunk;
  IF stands <> 'perceived' THEN RETURN jsonb_build_object('skip', 'the chunk is ' || stands); END IF;
  RETURN begin_chunk(p_memory, p_work, p_worker, p_max_deaths, p_locks);
END $$;

-- What follows a commit: the planner's facts, and whether the jobs on the memory are to tell their progress: one
-- of them has told nothing for p_quiet_ms.
CREATE FUNCTION after_commit(p_memory text, p_lookahead int, p_quiet_ms int) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'facts', memory_facts(p_memory, p_lookahead),
    'tell', EXISTS (
      SELECT 1 FROM job j WHERE j.memory_id = p_memory AND j.status IN ('queued', 'running') AND coalesce(
        (SELECT e.created_at FROM job_event e WHERE e.job_id = j.id ORDER BY e.seq DESC LIMIT 1)
          <= clock_timestamp() - p_quiet_ms * interval '1 ms', true)))
$$;

-- Records that a chunk's features are stored; null when that was known, or the memory is gone.
CREATE FUNCTION commit_perceive(
  p_memory text, p_chunk int, p_work text, p_seconds float8, p_lookahead int, p_quiet_ms int)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM memory WHERE id = p_memory FOR UPDATE;
  UPDATE chunk SET status = 'perceived', perceive_s = p_seconds
    WHERE memory_id = p_memory AND index = p_chunk AND status = 'pending';
  IF NOT FOUND THEN RETURN NULL; END IF;
  DELETE FROM attempt WHERE memory_id = p_memory AND work = p_work;
  RETURN after_commit(p_memory, p_lookahead, p_quiet_ms);
END $$;

-- Moves the head from a chunk to the next, by compare-and-set under the lock of the memory's row; null when
-- another worker was first. p_done: libs/database/src/commit-remember.ts
CREATE FUNCTION commit_remember(
  p_memory text, p_chunk int, p_work text, p_done jsonb, p_tokens bytea, p_localizer_state bytea,
  p_overlap bytea, p_pending bytea, p_lookahead int, p_quiet_ms int)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  total int;
  complete boolean;
BEGIN
  SELECT chunks INTO total FROM memory
    WHERE id = p_memory AND status = 'building' AND head = p_chunk FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  complete := p_chunk + 1 = total;

  UPDATE memory_entry e SET to_chunk = p_chunk
    FROM jsonb_to_recordset(p_done->'closed') AS c (kind text, slot int, "fromChunk" int)
    WHERE e.memory_id = p_memory AND e.kind = c.kind AND e.slot = c.slot AND e.from_chunk = c."fromChunk";
  INSERT INTO memory_entry (memory_id, kind, slot, from_chunk, to_chunk, frame, t_s, pose, tokens)
    SELECT p_memory, o.kind, o.slot, o."fromChunk", o."toChunk", o.frame, o."tS",
      ARRAY(SELECT value::float8 FROM jsonb_array_elements_text(o.pose) WITH ORDINALITY ORDER BY ordinality),
      substring(p_tokens FROM o."tokensFrom" + 1 FOR o."tokensLength")
    FROM jsonb_to_recordset(p_done->'opened') AS o (
      kind text, slot int, "fromChunk" int, "toChunk" int, frame int, "tS" float8, pose jsonb,
      "tokensFrom" int, "tokensLength" int);

  IF (p_done->>'releasesPending')::boolean THEN DELETE FROM pending_frames WHERE memory_id = p_memory; END IF;
  IF p_pending IS NOT NULL THEN
    INSERT INTO pending_frames (memory_id, chunk, frames) VALUES (p_memory, p_chunk, p_pending);
  END IF;

  UPDATE memory SET head = p_chunk + 1,
    localizer_state = CASE WHEN complete THEN NULL ELSE p_localizer_state END,
    status = CASE WHEN complete THEN 'ready' ELSE status END,
    finished_at = CASE WHEN complete THEN clock_timestamp() ELSE finished_at END
    WHERE id = p_memory;
  UPDATE chunk SET status = 'remembered',
    overlap = CASE WHEN complete THEN NULL ELSE p_overlap END,
    still = ARRAY(
      SELECT value::int FROM jsonb_array_elements_text(p_done->'still') WITH ORDINALITY ORDER BY ordinality),
    seen = ARRAY(
      SELECT value::float8 FROM jsonb_array_elements_text(p_done->'seen') WITH ORDINALITY ORDER BY ordinality),
    novelty_sum = (p_done->>'noveltySum')::float8,
    novelty_frames = (p_done->>'noveltyFrames')::int,
    remember_s = (p_done->>'seconds')::float8
    WHERE memory_id = p_memory AND index = p_chunk;
  -- the overlap before has done its work
  UPDATE chunk SET overlap = NULL WHERE memory_id = p_memory AND index = p_chunk - 1;
  UPDATE question SET ready_at = clock_timestamp()
    WHERE memory_id = p_memory AND status = 'queued' AND ready_at IS NULL AND needs_chunks <= p_chunk + 1;
  DELETE FROM attempt WHERE memory_id = p_memory AND work = p_work;
  RETURN after_commit(p_memory, p_lookahead, p_quiet_ms);
END $$;

-- The state of localization and the overlaps are replaced with each chunk. Their space is taken up again within a
-- minute, instead of when a fifth of it is dead.
ALTER TABLE "memory" SET (
  toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 200,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
ALTER TABLE "chunk" SET (
  toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 200);
ALTER TABLE "attempt" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
