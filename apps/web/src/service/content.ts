import { useQuery } from '@tanstack/react-query';
import { useClient } from './client.js';

interface Content {
  /** Where a player finds the clip; undefined until it may open it. A player sends no key. */
  address: string | undefined;
  /**
   * Asks for another address where the token of this one has ended.
   * @returns false where it still stands, so that another would not help
   */
  renew: () => boolean;
}

/** The clip of a video, for a player. */
export function useContent(videoId: string): Content {
  const client = useClient();
  const { data, refetch } = useQuery({
    queryKey: ['content-token', videoId],
    queryFn: () => client.contentToken(videoId),
    // another token would begin the player anew: it is renewed when it has ended
    staleTime: Infinity,
    refetchOnReconnect: false,
  });
  return {
    address: data && `/v1/videos/${videoId}/content?${new URLSearchParams({ token: data.token }).toString()}`,
    renew() {
      if (data === undefined || !hasEnded(data.expires_at, Date.now())) return false;
      void refetch();
      return true;
    },
  };
}

/** Clocks of two machines may differ by so much, in ms. */
const CLOCKS_MS = 60_000;

/** Whether a token that is good until then may be refused at this time (ms). */
export const hasEnded = (expiresAt: string, now: number): boolean => now >= Date.parse(expiresAt) - CLOCKS_MS;
