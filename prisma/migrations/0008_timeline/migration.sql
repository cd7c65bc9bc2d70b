-- How a clip's pictures are reached, and whether a remuxed copy of it is stored. Nothing is known of clips from
-- before: they are decoded from the uploaded file, as ever.
ALTER TABLE "video" ADD COLUMN "access" JSONB;
