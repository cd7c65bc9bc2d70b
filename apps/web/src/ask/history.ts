import type { Question } from '@loci/contracts';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../service/client.js';

const nameOf = (memoryId: string) => `loci-asked-${memoryId}`;

function keptIds(memoryId: string): string[] {
  const kept: unknown = JSON.parse(localStorage.getItem(nameOf(memoryId)) ?? '[]');
  return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [];
}

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
    })),
  });
  return {
    questions: kept.flatMap(({ data }) => data ?? []),
    add(question) {
      cache.setQueryData(['question', question.id], question);
      const all = [question.id, ...ids];
      localStorage.setItem(nameOf(memoryId), JSON.stringify(all));
      setIds(all);
    },
  };
}
