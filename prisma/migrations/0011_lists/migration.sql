-- Lists: memories of a tenant, jobs of a video, questions of a memory, each newest first.
CREATE INDEX "memory_tenant_id_idx" ON "memory"("tenant", "id");
CREATE INDEX "job_video_id_id_idx" ON "job"("video_id", "id");
CREATE INDEX "question_memory_id_id_idx" ON "question"("memory_id", "id");
