import { z } from 'zod';
import { vec3Schema } from './question.js';

/** One thing of the space, as localization and the map's points have it. Lengths are metres of the world. */
export const mapObjectSchema = z
  .object({
    id: z.string().meta({ description: 'its name within this map' }),
    category: z.string(),
    position: vec3Schema.meta({ description: 'its centre' }),
    size: vec3Schema
      .nullable()
      .meta({ description: 'extent along the world’s x, y and z; null where too little of it was seen' }),
    confidence: z.number().min(0).max(1),
    first_seen_s: z.number().nonnegative().nullable(),
  })
  .meta({ id: 'MapObject' });
export type MapObject = z.infer<typeof mapObjectSchema>;

export const mapSchema = z
  .object({
    trajectory: z.array(z.object({ t_s: z.number(), position: vec3Schema, forward: vec3Schema })),
    points: z
      .array(
        z.object({
          position: vec3Schema,
          rgb: z.tuple([z.int(), z.int(), z.int()]),
          category: z.string().optional(),
        }),
      )
      .max(20_000),
    objects: z.array(mapObjectSchema),
    up: vec3Schema,
    unit: z.literal('m'),
  })
  .meta({ id: 'SpaceMap' });
export type SpaceMap = z.infer<typeof mapSchema>;

/** The forms in which a map is given: everything as JSON, its points as PLY, its trajectory as TUM. */
export const mapFormatSchema = z.enum(['json', 'ply', 'tum']);
export type MapFormat = z.infer<typeof mapFormatSchema>;
