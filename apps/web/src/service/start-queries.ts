import { QueryClient } from '@tanstack/react-query';
import { isFinal } from './problems.js';

/** Tries after the first. */
const TRIES = 3;
const FRESH_MS = 10_000;

export const startQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < TRIES && !isFinal(error),
      },
    },
  });
