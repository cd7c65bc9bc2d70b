-- What a job gives of its camera: another camera, another memory. The poses of a chunk's frames stand with it.
ALTER TABLE "memory" ADD COLUMN "camera_sha256" TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX "memory_video_id_model_sampling_fps_camera_sha256_key"
  ON "memory"("video_id", "model", "sampling_fps", "camera_sha256");
DROP INDEX "memory_video_id_model_sampling_fps_key";
ALTER TABLE "chunk" ADD COLUMN "camera" BYTEA;

-- As before, and the memory says whether a camera was given.
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
      'cameraSha256', m.camera_sha256, 'status', m.status, 'frames', m.frames, 'chunks', m.chunks,
      'head', m.head, 'clock', m.clock),
    'video', jsonb_build_object(
      'id', v.id, 'sha256', v.sha256, 'bytes', v.bytes, 'track', v.track, 'access', v.access))
    FROM memory m JOIN video v ON v.id = m.video_id WHERE m.id = p_memory);
END $$;
