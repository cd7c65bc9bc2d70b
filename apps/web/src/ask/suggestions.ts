import type { Suggestion } from '@loci/contracts';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../service/client.js';

/** Questions that fit a memory, as many as the box has room for. */
const SHOWN = 5;

export function useSuggestions(memoryId: string): Suggestion[] {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ['suggestions', memoryId],
    queryFn: () => client.suggestions(memoryId),
  });
  return data?.slice(0, SHOWN) ?? [];
}
