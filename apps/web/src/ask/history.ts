import type { Page, Question } from '@loci/contracts';
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useClient } from '../service/client.js';

/** Milliseconds until questions that wait for their answers are looked at again. */
const AGAIN_MS = 2_000;
/** Questions a page. */
const PAGE = 20;

const isPending = ({ answer, error }: Question): boolean => answer === null && error === null;

type Pages = InfiniteData<Page<Question>, string>;

/** A question that was just asked, before all others. */
export function withNewest(kept: Pages | undefined, question: Question): Pages | undefined {
  const [first, ...rest] = kept?.pages ?? [];
  if (kept === undefined || first === undefined) return kept;
  const others = first.data.filter(({ id }) => id !== question.id);
  return { ...kept, pages: [{ ...first, data: [question, ...others] }, ...rest] };
}

/** What a memory was asked, newest first, as the service keeps it. */
export function useHistory(memoryId: string) {
  const client = useClient();
  const cache = useQueryClient();
  const queryKey = ['questions', memoryId];
  const history = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      client.questions(memoryId, { limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.data.some(isPending)) === true && AGAIN_MS,
  });
  return {
    history,
    questions: history.data?.pages.flatMap((page) => page.data) ?? [],
    add: async (question: Question): Promise<void> => {
      // a list that is on its way may not have it yet
      await cache.cancelQueries({ queryKey });
      if (cache.setQueryData<Pages>(queryKey, (kept) => withNewest(kept, question)) === undefined)
        await history.refetch();
    },
  };
}
