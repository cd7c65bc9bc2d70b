-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "api_key" (
    "hash" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "video" (
    "id" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'ready',
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "duration_s" DOUBLE PRECISION NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "fps" DOUBLE PRECISION NOT NULL,
    "codec" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "video_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memory" (
    "id" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "video_id" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "sampling_fps" DOUBLE PRECISION NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'building',
    "frames" INTEGER NOT NULL,
    "chunks" INTEGER NOT NULL,
    "head" INTEGER NOT NULL DEFAULT 0,
    "error" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "memory_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chunk" (
    "memory_id" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "perceive_starts" INTEGER NOT NULL DEFAULT 0,
    "remember_starts" INTEGER NOT NULL DEFAULT 0,
    "to_world" JSONB,
    "tail" BYTEA,
    "novelty_sum" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "novelty_frames" INTEGER NOT NULL DEFAULT 0,
    "perceive_s" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "remember_s" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "chunk_pkey" PRIMARY KEY ("memory_id","index")
);

-- CreateTable
CREATE TABLE "memory_entry" (
    "memory_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "from_chunk" INTEGER NOT NULL,
    "to_chunk" INTEGER,
    "frame" INTEGER NOT NULL,
    "t_s" DOUBLE PRECISION NOT NULL,
    "pose" DOUBLE PRECISION[],
    "tokens" BYTEA NOT NULL,

    CONSTRAINT "memory_entry_pkey" PRIMARY KEY ("memory_id","kind","slot","from_chunk")
);

-- CreateTable
CREATE TABLE "job" (
    "id" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "video_id" TEXT NOT NULL,
    "memory_id" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "metadata" JSONB,
    "error" JSONB,
    "event_seq" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "question" (
    "id" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "memory_id" TEXT NOT NULL,
    "job_id" TEXT,
    "position" INTEGER NOT NULL DEFAULT 0,
    "question" TEXT NOT NULL,
    "options" JSONB,
    "as_of_s" DOUBLE PRECISION,
    "needs_chunks" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "starts" INTEGER NOT NULL DEFAULT 0,
    "answer" JSONB,
    "error" JSONB,
    "answer_s" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "latency_s" DOUBLE PRECISION,

    CONSTRAINT "question_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job_event" (
    "job_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "event" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "job_event_pkey" PRIMARY KEY ("job_id","seq")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "tenant" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "job_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("tenant","key")
);

-- CreateIndex
CREATE INDEX "video_tenant_id_idx" ON "video"("tenant", "id");

-- CreateIndex
CREATE INDEX "video_sha256_idx" ON "video"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "video_tenant_sha256_key" ON "video"("tenant", "sha256");

-- CreateIndex
CREATE INDEX "memory_status_idx" ON "memory"("status");

-- CreateIndex
CREATE UNIQUE INDEX "memory_video_id_model_sampling_fps_key" ON "memory"("video_id", "model", "sampling_fps");

-- CreateIndex
CREATE INDEX "job_tenant_id_idx" ON "job"("tenant", "id");

-- CreateIndex
CREATE INDEX "job_memory_id_status_idx" ON "job"("memory_id", "status");

-- CreateIndex
CREATE INDEX "question_memory_id_status_idx" ON "question"("memory_id", "status");

-- CreateIndex
CREATE INDEX "question_job_id_position_idx" ON "question"("job_id", "position");

-- CreateIndex
CREATE INDEX "question_status_idx" ON "question"("status");

-- CreateIndex
CREATE INDEX "idempotency_key_job_id_idx" ON "idempotency_key"("job_id");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- AddForeignKey
ALTER TABLE "memory" ADD CONSTRAINT "memory_video_id_fkey" FOREIGN KEY ("video_id") REFERENCES "video"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chunk" ADD CONSTRAINT "chunk_memory_id_fkey" FOREIGN KEY ("memory_id") REFERENCES "memory"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memory_entry" ADD CONSTRAINT "memory_entry_memory_id_fkey" FOREIGN KEY ("memory_id") REFERENCES "memory"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_video_id_fkey" FOREIGN KEY ("video_id") REFERENCES "video"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_memory_id_fkey" FOREIGN KEY ("memory_id") REFERENCES "memory"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "question" ADD CONSTRAINT "question_memory_id_fkey" FOREIGN KEY ("memory_id") REFERENCES "memory"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "question" ADD CONSTRAINT "question_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job_event" ADD CONSTRAINT "job_event_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

