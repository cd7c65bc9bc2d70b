-- Who has begun a piece of work and was not heard of again, one row a worker. Until now a number counted them,
-- which could not tell a worker that died from one that stands still.
CREATE TABLE "attempt" (
    "memory_id" TEXT NOT NULL,
    "work" TEXT NOT NULL,
    "worker" INTEGER NOT NULL,
    "begun_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("memory_id","work","worker")
);
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_memory_id_fkey"
    FOREIGN KEY ("memory_id") REFERENCES "memory"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "chunk" DROP COLUMN "perceive_starts", DROP COLUMN "remember_starts";
ALTER TABLE "question" DROP COLUMN "starts";
