import type { Question } from '@loci/contracts';
import { useQueries, useQueryClient, type Query } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../service/client.js';

const nameOf = (memoryId: string) => `loci-asked-${memoryId}`;

function keptIds(memoryId: string): string[] {
  const kept: unknown = JSON.parse(localStorage.getItem(nameOf(memoryId)) ?? '[]');
  return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [];
}

/** Milliseconds until a question that waits for its answer is looked at again. */
const AGAIN_MS = 2_000;
const isPending = (question: Question | undefined): boolean =>
  question !== undefined && question.answer === null && question.error === null;

/** What this browser has asked a memory, newest first. The service keeps the answers. */
export function useHistory(memoryId: string): { questions: Question[]; add(question: Question): void } {
  const client = useClient();
  const cache = useQueryClient();
  const [ids, setIds] = useState(() => keptIds(memoryId));
  const kept = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['question', id],
      queryFn: () => client.question(id),
      staleTime: Infinity,
      refetchInterval: ({ state: { data } }: Query<Question>) => isPending(data) && AGAIN_MS,
    })),
  });
  return {
    questions: kept.flatMap(({ data }) => data ?? []),
    add(question) {
      cache.setQueryData(['question', question.id], question);
      // read anew: another tab, or a question asked meanwhile, may have added to it
      const all = [question.id, ...keptIds(memoryId)];
      localStorage.setItem(nameOf(memoryId), JSON.stringify(all));
      setIds(all);
    },
  };
}
