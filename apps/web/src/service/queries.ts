import type { JobSummary, Video } from '@loci/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useClient } from './client.js';

/** Names of what is kept of the server's state. */
export const names = {
  videos: ['videos'],
  video: (id: string) => ['video', id],
  jobs: ['jobs'],
  jobsOf: (videoId: string) => ['jobs', videoId],
  job: (id: string) => ['job', id],
  entries: (id: string) => ['entries', id],
  map: (id: string) => ['map', id],
  timeline: (id: string) => ['timeline', id],
} as const;

/** Videos a page of the library. */
const PAGE = 24;
/** Jobs that are looked through for the memories of the library's videos, and of one video. */
const [JOBS, JOBS_OF_VIDEO] = [100, 20];
/** Milliseconds until running jobs are looked at again. */
const LOOK_MS = 1_500;

export function useVideos() {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: names.videos,
    queryFn: ({ pageParam }) =>
      client.videos({ limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useVideo(id: string | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: names.video(id ?? ''),
    queryFn: () => client.video(id ?? ''),
    enabled: id !== undefined,
  });
}

/**
 * Jobs, newest first.
 * @param live whether they are looked at again while one of them runs. One request does for all, where
 *   streams would not: a browser keeps six connections to a server, and further requests wait.
 */
export function useJobs({ live = false } = {}) {
  const client = useClient();
  return useQuery({
    queryKey: names.jobs,
    queryFn: () => client.jobs({ limit: JOBS }),
    refetchInterval: ({ state: { data } }) =>
      live && data?.data.some((job) => job.finished_at === null) === true && LOOK_MS,
  });
}

/** The job that stands for a video; undefined while it is looked for, and where there is none. */
export function useJobOf(video: Pick<Video, 'id'>, { enabled = true } = {}) {
  const client = useClient();
  const { data, ...jobs } = useQuery({
    queryKey: names.jobsOf(video.id),
    queryFn: () => client.jobs({ video_id: video.id, limit: JOBS_OF_VIDEO }),
    enabled,
  });
  return { ...jobs, job: data && jobOf(video, data.data) };
}

export function useJob(id: string | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: names.job(id ?? ''),
    queryFn: () => client.job(id ?? ''),
    enabled: id !== undefined,
  });
}

/** The job that stands for a video: one that has its memory or is building it, else the newest. */
export function jobOf(video: Pick<Video, 'id'>, jobs: readonly JobSummary[]): JobSummary | undefined {
  const own = jobs.filter((job) => job.video_id === video.id);
  return own.find((job) => job.status !== 'failed' && job.status !== 'canceled') ?? own[0];
}

export function useEntries(memoryId: string | undefined, version: number) {
  const client = useClient();
  return useQuery({
    queryKey: [...names.entries(memoryId ?? ''), version],
    queryFn: () => client.entries(memoryId ?? ''),
    enabled: memoryId !== undefined && version > 0,
    placeholderData: (before) => before,
  });
}

export function useTimeline(memoryId: string | undefined, version: number) {
  const client = useClient();
  return useQuery({
    queryKey: [...names.timeline(memoryId ?? ''), version],
    queryFn: () => client.timeline(memoryId ?? ''),
    enabled: memoryId !== undefined && version > 0,
    placeholderData: (before) => before,
  });
}

export function useMap(memoryId: string | undefined, version: number) {
  const client = useClient();
  return useQuery({
    queryKey: [...names.map(memoryId ?? ''), version],
    queryFn: () => client.map(memoryId ?? ''),
    enabled: memoryId !== undefined && version > 0,
    placeholderData: (before) => before,
  });
}
