import { RefusedError } from '@loci/client';
import { QueryClient } from '@tanstack/react-query';

/** Tries after the first; a refusal is final, a service that is away is not. */
const TRIES = 3;
const FRESH_MS = 10_000;

export const startQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) =>
          failures < TRIES && !(error instanceof RefusedError && error.status < 500),
      },
    },
  });
