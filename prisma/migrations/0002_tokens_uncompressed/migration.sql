-- Half-precision tokens and float32 points do not compress: trying to costs more than writing them.
ALTER TABLE "memory_entry" ALTER COLUMN "tokens" SET STORAGE EXTERNAL;
ALTER TABLE "chunk" ALTER COLUMN "tail" SET STORAGE EXTERNAL;
