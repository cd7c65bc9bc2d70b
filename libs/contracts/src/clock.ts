import { z } from 'zod';

/** The seconds that a model's graphs tell: exactly up to `exact_s`, and none after `last_s`. */
export const clockRangeSchema = z
  .object({ exact_s: z.number().positive(), last_s: z.number().positive() })
  .refine(({ exact_s, last_s }) => exact_s < last_s, {
    message: 'exact_s must be less than last_s',
    path: ['exact_s'],
  });
export type ClockRange = z.infer<typeof clockRangeSchema>;

/**
 * How a memory's clock runs: with the seconds seen up to `exact_s`, from there ever slower, as a logarithm
 * does; the longer `spread_s`, the later. Null: it never slows down.
 */
export const clockScaleSchema = z.object({
  slows: z.object({ exact_s: z.number().positive(), spread_s: z.number().positive() }).nullable(),
});
export type ClockScale = z.infer<typeof clockScaleSchema>;
