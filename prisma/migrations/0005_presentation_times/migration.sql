-- The track that was taken, and when a player shows its first picture. Videos from before had the first track,
-- and keep their times.
ALTER TABLE "video" ADD COLUMN     "start_s" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "track" INTEGER NOT NULL DEFAULT 0;

-- A waiting question as of a moment is answered from the chunks that had ended by then. The last of those that
-- it was to wait for may not have.
UPDATE "question" SET "needs_chunks" = greatest("needs_chunks" - 1, 0)
WHERE "as_of_s" IS NOT NULL AND "status" = 'queued';
