-- Maps say where things were seen first; what a chunk says of whole categories is read no more.
-- As before, without the column below; p_done: libs/database/src/remember-stage.ts
CREATE OR REPLACE FUNCTION commit_remember(
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
    last_seen = ARRAY(
      SELECT value::int FROM jsonb_array_elements_text(p_done->'lastSeen') WITH ORDINALITY ORDER BY ordinality),
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

ALTER TABLE "chunk" DROP COLUMN "first_seen";
