import type { Job, JobSummary, Video } from '@loci/contracts';
import { Link } from 'react-router';
import { Bar } from '../design/bar.js';
import { Picture } from '../design/picture.js';
import { clock, date, percent } from '../service/format.js';
import { useJob, useJobOf } from '../service/queries.js';
import { texts } from '../texts.js';
import styles from './video-card.module.css';

const words = texts.library;

/** What a video is called: as its file was, where the page has brought it. */
export function nameOf(video: Pick<Video, 'created_at'>, job: Pick<Job, 'metadata'> | undefined): string {
  const name = job?.metadata?.['name'];
  return typeof name === 'string' ? name.replace(/\.\w{2,4}$/, '') : words.unnamed(date(video.created_at));
}

interface VideoCardProps {
  video: Video;
  /** Its job among the newest ones. */
  listed: JobSummary | undefined;
  /** Whether there are jobs beyond the newest ones. */
  older: boolean;
}

export function VideoCard({ video, listed, older }: VideoCardProps) {
  const found = useJobOf(video, { enabled: listed === undefined && older }).job;
  const job = listed ?? found;
  // a job in a list has no metadata
  const name = nameOf(video, useJob(job?.id).data);
  const seen = (job?.progress.chunks_perceived ?? 0) > 0;
  return (
    <li className={styles.card}>
      <Link to={`/videos/${video.id}`} className={styles.link}>
        <Picture
          address={job !== undefined && seen ? `/v1/memories/${job.memory_id}/frames/0/thumbnail` : null}
          alt={words.thumbnail(name)}
        />
        <span className={styles.length} aria-label={words.length(video.duration_s)}>
          {clock(video.duration_s)}
        </span>
        <span className={styles.name}>{name}</span>
      </Link>
      <State job={job} />
    </li>
  );
}

function State({ job }: { job: JobSummary | undefined }) {
  if (job === undefined) return <p className={styles.state}>{words.states.none}</p>;
  const { status, progress } = job;
  if (status !== 'running')
    return <p className={`${styles.state} ${styles[status]}`}>{words.states[status]}</p>;
  const label = words.states.running(percent(progress.fraction));
  return (
    <div className={styles.state}>
      <p>{label}</p>
      <Bar label={label} fraction={progress.fraction} />
    </div>
  );
}
