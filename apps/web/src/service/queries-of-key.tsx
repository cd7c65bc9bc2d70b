import { QueryClient, QueryClientProvider, type Query } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { isFinal } from './problems.js';
import { useKey } from './session.js';

/** Tries after the first. */
const TRIES = 3;
const FRESH_MS = 10_000;

/** Whether a query is made again when one comes back to the page. What was refused would be again. */
const isWorthAgain = ({ state: { error } }: Query): boolean => !isFinal(error);

const startQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      // a machine without a network still reaches the Loci that runs on it
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: FRESH_MS,
        refetchOnWindowFocus: isWorthAgain,
        refetchOnReconnect: isWorthAgain,
        retry: (failures, error) => failures < TRIES && !isFinal(error),
      },
    },
  });

/** What is known of the server is known to one key: with another, all inside begins anew. */
export function QueriesOfKey({ children }: { children: ReactNode }) {
  const key = useKey();
  return <Queries key={key}>{children}</Queries>;
}

function Queries({ children }: { children: ReactNode }) {
  const [queries] = useState(startQueries);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}
