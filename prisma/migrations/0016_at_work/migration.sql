-- Whether a worker holds the lock by which it shows that it lives. p_locks: see libs/database/src/presence.ts
CREATE FUNCTION worker_lives(p_worker int, p_locks int) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT EXISTS (
    SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.classid = p_locks::oid AND l.objsubid = 2 AND l.granted
      AND l.objid::bigint = p_worker AND d.datname = current_database())
$$;

-- As before, and what it asks of a worker has a name.
CREATE OR REPLACE FUNCTION begin_attempt(
  p_memory text, p_work text, p_worker int, p_max_deaths int, p_locks int)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  begun int[];
BEGIN
  SELECT array_agg(worker) INTO begun FROM attempt
    WHERE memory_id = p_memory AND work = p_work AND begun_at >= pg_postmaster_start_time();
  IF begun IS NOT NULL AND p_max_deaths <= (
    SELECT count(*) FROM unnest(begun) AS b (worker) WHERE NOT worker_lives(b.worker, p_locks))
  THEN
    RETURN false;
  END IF;
  INSERT INTO attempt (memory_id, work, worker) VALUES (p_memory, p_work, p_worker)
    ON CONFLICT (memory_id, work, worker) DO UPDATE SET begun_at = now();
  RETURN true;
END $$;

-- What living workers have begun on a memory within p_within_ms and have not ended.
CREATE FUNCTION at_work(p_memory text, p_locks int, p_within_ms int) RETURNS text[] LANGUAGE sql VOLATILE AS $$
  SELECT coalesce(array_agg(work), '{}') FROM attempt
  WHERE memory_id = p_memory AND begun_at > clock_timestamp() - p_within_ms * interval '1 ms'
    AND worker_lives(worker, p_locks)
$$;
