-- A memory's graphs count seconds of what was seen. Memories from before have no clock: they go on counting
-- the seconds of the video, as their entries do.
ALTER TABLE "memory" ADD COLUMN "clock" JSONB;
ALTER TABLE "chunk" ADD COLUMN "still" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
