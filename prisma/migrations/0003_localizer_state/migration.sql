-- What localization hands from chunk to chunk is kept in three places: the overlap with its chunk, the state
-- with its memory, frames that are not localized yet in rows of their own. Until now one blob on the chunk
-- held it all.
ALTER TABLE "chunk" DROP COLUMN "tail", DROP COLUMN "to_world", ADD COLUMN "overlap" BYTEA;
ALTER TABLE "memory" ADD COLUMN "localizer_state" BYTEA;
CREATE TABLE "pending_frames" (
    "memory_id" TEXT NOT NULL,
    "chunk" INTEGER NOT NULL,
    "frames" BYTEA NOT NULL,

    CONSTRAINT "pending_frames_pkey" PRIMARY KEY ("memory_id","chunk")
);
ALTER TABLE "pending_frames" ADD CONSTRAINT "pending_frames_memory_id_fkey"
    FOREIGN KEY ("memory_id") REFERENCES "memory"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Float32 does not compress: trying to costs more than writing it.
ALTER TABLE "chunk" ALTER COLUMN "overlap" SET STORAGE EXTERNAL;
ALTER TABLE "memory" ALTER COLUMN "localizer_state" SET STORAGE EXTERNAL;
ALTER TABLE "pending_frames" ALTER COLUMN "frames" SET STORAGE EXTERNAL;

-- Half-built memories, also those that failed and may be taken up again, have no state to go on from: they
-- begin anew. The features of chunks that were remembered are gone, so these are perceived again; finished
-- memories stay as they are.
DELETE FROM "memory_entry" e USING "memory" m WHERE m."id" = e."memory_id" AND m."status" <> 'ready';
UPDATE "chunk" c
    SET "status" = 'pending', "perceive_starts" = 0, "remember_starts" = 0,
        "perceive_s" = 0, "remember_s" = 0, "novelty_sum" = 0, "novelty_frames" = 0
    FROM "memory" m WHERE m."id" = c."memory_id" AND m."status" <> 'ready' AND c."status" = 'remembered';
UPDATE "question" q SET "ready_at" = NULL
    FROM "memory" m
    WHERE m."id" = q."memory_id" AND m."status" <> 'ready' AND m."head" > 0 AND q."status" = 'queued';
UPDATE "memory" SET "head" = 0 WHERE "status" <> 'ready' AND "head" > 0;
