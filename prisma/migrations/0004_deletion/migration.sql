-- A deleted video leaves a row that says which objects are still to be removed: whatever dies meanwhile, the
-- sweep of a worker finishes it.
CREATE TABLE "deletion" (
    "video_id" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "memory_ids" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "deletion_pkey" PRIMARY KEY ("video_id")
);
CREATE INDEX "deletion_finished_at_claimed_at_idx" ON "deletion"("finished_at", "claimed_at");
