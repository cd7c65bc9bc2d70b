import { useQuery } from '@tanstack/react-query';
import { useClient } from './client.js';

/** Where a player finds the clip of a video; undefined until it may open it. A player sends no key. */
export function useContentAddress(videoId: string): string | undefined {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ['content-token', videoId],
    queryFn: () => client.contentToken(videoId),
    // another token would begin the player anew
    staleTime: Infinity,
  });
  return data && `/v1/videos/${videoId}/content?${new URLSearchParams({ token: data.token }).toString()}`;
}
