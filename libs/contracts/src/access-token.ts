import { z } from 'zod';

/**
 * Stands in for the key in an address that a browser opens by itself: an event stream or a player's source.
 * It is good for one thing of one tenant, for a short while.
 */
export const accessTokenSchema = z
  .object({
    token: z.string().meta({ description: 'for the query: `?token=`' }),
    expires_at: z.iso.datetime().meta({ description: 'what was opened before goes on' }),
  })
  .meta({ id: 'AccessToken' });
export type AccessToken = z.infer<typeof accessTokenSchema>;

/** Query of the addresses that a browser opens by itself. */
export const tokenQuerySchema = z.object({
  token: z.string().min(1).max(500).optional().meta({ description: 'an access token, in place of the key' }),
});
