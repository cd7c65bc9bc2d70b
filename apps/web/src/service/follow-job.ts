import type { Job, JobEvent } from '@loci/contracts';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient } from './client.js';
import { isFinal } from './problems.js';
import { names } from './queries.js';

/** Milliseconds before the stream is asked for again, while the API is away. */
const AGAIN_MS = 1_500;

/**
 * Keeps a job up to date from its events while it runs. The stream is taken up again where it broke, until
 * the job has ended.
 * @returns whether the API is away just now
 */
export function useFollowedJob(job: Job | undefined): boolean {
  const client = useClient();
  const cache = useQueryClient();
  const [away, setAway] = useState(false);
  const id = job?.id;
  const ended = job === undefined || job.finished_at !== null;
  useEffect(() => {
    if (id === undefined || ended) return undefined;
    const stop = new AbortController();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const follow = async (): Promise<void> => {
      try {
        for await (const event of client.events(id, stop.signal)) {
          setAway(false);
          keep(cache, id, event);
        }
      } catch (error) {
        if (stop.signal.aborted || isFinal(error)) return;
        setAway(true);
        waiting = setTimeout(() => void follow(), AGAIN_MS);
      }
    };
    void follow();
    return () => {
      stop.abort();
      clearTimeout(waiting);
    };
  }, [client, cache, id, ended]);
  return away;
}

function keep(cache: QueryClient, id: string, event: JobEvent): void {
  if (event.event === 'done') {
    cache.setQueryData(names.job(id), event.data);
    void cache.invalidateQueries({ queryKey: names.jobs });
  }
  if (event.event !== 'progress') return;
  cache.setQueryData<Job>(names.job(id), (job) =>
    // an event of the past must not undo what a later answer of the API has shown
    job === undefined || job.finished_at !== null ? job : { ...job, ...event.data },
  );
}
