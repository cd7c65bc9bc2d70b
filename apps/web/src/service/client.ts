import { LociClient } from '@loci/client';
import { useMemo } from 'react';
import { useKey } from './session.js';

/** The client of the API that serves this page. */
export function useClient(): LociClient {
  const key = useKey();
  return useMemo(() => new LociClient('', key), [key]);
}
