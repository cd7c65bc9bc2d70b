import { z } from 'zod';

/** GET /v1/memories/:id/timeline: the moments of a memory, in seconds of a player. */
export const timelineSchema = z
  .object({
    shot_boundaries_s: z.array(z.number().nonnegative()).nullable().meta({
      description: 'where the picture leaps; null where a part of the map does not tell, or is missing',
    }),
    first_sightings: z.array(
      z.object({
        object_id: z.string().meta({ description: 'its name within the map' }),
        category: z.string(),
        t_s: z.number().nonnegative(),
      }),
    ),
  })
  .meta({ id: 'Timeline' });
export type Timeline = z.infer<typeof timelineSchema>;
