import type { Job, Video } from '@loci/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Bar } from '../design/bar.js';
import { Button } from '../design/button.js';
import { ErrorNotice, Notice } from '../design/notice.js';
import { useClient } from '../service/client.js';
import { sentenceOf } from '../service/problems.js';
import { names } from '../service/queries.js';
import { texts } from '../texts.js';
import styles from './building.module.css';

const words = texts.video.building;

interface BuildingProps {
  video: Video;
  job: Job | undefined;
  /** Whether the service is away just now. */
  away: boolean;
}

/** How far the memory is while it is built, and what became of that. Nothing once it is ready. */
export function Building({ video, job, away }: BuildingProps) {
  if (job === undefined) return <Outcome video={video} job={job} sentence={words.none} />;
  switch (job.status) {
    case 'succeeded':
      return null;
    case 'failed':
      return (
        <Outcome
          video={video}
          job={job}
          sentence={job.error === null ? words.failed : `${words.failed} ${sentenceOf(job.error)}`}
        />
      );
    case 'canceled':
      return <Outcome video={video} job={job} sentence={words.canceled} />;
    case 'queued':
    case 'running':
      return <Running job={job} away={away} />;
  }
}

function Running({ job, away }: { job: Job; away: boolean }) {
  const client = useClient();
  const cache = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => client.cancel(job.id),
    onSuccess: (canceled) => cache.setQueryData(names.job(job.id), canceled),
  });
  const { chunks_remembered: done, chunks_total: total, fraction, eta_s } = job.progress;
  return (
    <div className={styles.building}>
      <Bar label={words.label} fraction={job.status === 'queued' ? null : fraction} />
      <p role="status">
        {job.status === 'queued' ? words.queued : words.chunks(done, total)}
        {eta_s !== null && job.status === 'running' && <span>, {words.left(eta_s)}</span>}
      </p>
      <Button look="quiet" small isPending={cancel.isPending} onPress={() => cancel.mutate()}>
        {words.cancel}
      </Button>
      {away && <Notice tone="now">{texts.away}</Notice>}
      {cancel.isError && <ErrorNotice error={cancel.error} />}
    </div>
  );
}

/** There is no memory, and none is being built. */
function Outcome({ video, job, sentence }: { video: Video; job: Job | undefined; sentence: string }) {
  const client = useClient();
  const cache = useQueryClient();
  const start = useMutation({
    mutationFn: () =>
      client.submit({
        video_id: video.id,
        ...(job?.metadata == null ? {} : { metadata: job.metadata }),
      }),
    onSuccess: () => cache.invalidateQueries({ queryKey: names.jobs }),
  });
  return (
    <>
      <Notice
        tone={job?.status === 'failed' ? 'wrong' : 'plain'}
        action={
          <Button small look="main" isPending={start.isPending} onPress={() => start.mutate()}>
            {job === undefined ? words.start : words.again}
          </Button>
        }
      >
        {sentence}
      </Notice>
      {start.isError && <ErrorNotice error={start.error} />}
    </>
  );
}
