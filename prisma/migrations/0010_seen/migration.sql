-- What was perceived in a chunk. Chunks from before know nothing of it: their lists are empty.
ALTER TABLE "chunk" ADD COLUMN "seen" DOUBLE PRECISION[] DEFAULT ARRAY[]::DOUBLE PRECISION[];
