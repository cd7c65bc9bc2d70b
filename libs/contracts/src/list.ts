import { z } from 'zod';
import { idSchema } from './ids.js';

/** Query of every list: `?limit=1..100&cursor=`; the cursor is opaque. */
export const listQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(200).optional(),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/** Query of a list whose items belong to videos. */
export const videoListQuerySchema = listQuerySchema.extend({
  video_id: idSchema('video').optional().meta({ description: 'those of this video alone' }),
});
export type VideoListQuery = z.infer<typeof videoListQuerySchema>;

/** A page of a list. `next_cursor` is null on the last page. */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable() });
export type Page<T> = { data: T[]; next_cursor: string | null };
