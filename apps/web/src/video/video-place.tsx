import type { Answer, Job, Timeline as Moments, Video } from '@loci/contracts';
import { useDeferredValue, useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { AskView } from '../ask/ask-view.js';
import { Icon } from '../design/icon.js';
import { failedLoads, LoadsNotice } from '../design/notice.js';
import { Waiting } from '../design/waiting.js';
import { nameOf } from '../library/video-card.js';
import { MapView } from '../map/map-view.js';
import { useContent } from '../service/content.js';
import { useFollowedJob } from '../service/follow-job.js';
import { isMissing, needsKey } from '../service/problems.js';
import { useEntries, useJob, useJobOf, useTimeline, useVideo } from '../service/queries.js';
import { NotFound } from '../shell/not-found.js';
import { useTitle } from '../shell/use-title.js';
import { SignIn } from '../sign-in/sign-in.js';
import { texts } from '../texts.js';
import { Building } from './building.js';
import { MemoryView } from './memory-view.js';
import { Player } from './player.js';
import { Playhead, PlayheadContext } from './playhead.js';
import { Timeline } from './timeline.js';
import { isView, Views, type View } from './views.js';
import styles from './video-place.module.css';

/** Before the first chunk. */
const NOTHING_YET: Moments = { shot_boundaries_s: [], first_sightings: [] };

/** A video with its memory beside it. */
export default function VideoPlace() {
  const { id = '', view = 'ask' } = useParams();
  const video = useVideo(id);
  const jobs = useJobOf({ id });
  // the clip's address is asked for beside the rest: the player is what one looks at first
  useContent(id);
  const job = useJob(jobs.job?.id);
  if (needsKey(video.error ?? jobs.error)) return <SignIn />;
  if (isMissing(video.error) || !isView(view)) return <NotFound />;
  const failed = failedLoads(video, jobs, job);
  if (failed !== null) return <LoadsNotice failed={failed} />;
  if (video.data === undefined || jobs.isPending || (jobs.job !== undefined && job.isPending))
    return <Waiting />;
  return <Watching key={id} video={video.data} job={job.data} view={view} />;
}

interface WatchingProps {
  video: Video;
  job: Job | undefined;
  view: View;
}

function Watching({ video, job, view }: WatchingProps) {
  const name = nameOf(video, job);
  useTitle(name);
  const away = useFollowedJob(job);
  const [playhead] = useState(() => new Playhead());
  const remembered = job?.progress.chunks_remembered ?? 0;
  const memoryId = job?.memory_id;
  const entries = useEntries(memoryId, remembered);
  const moments = useTimeline(memoryId, remembered).data ?? NOTHING_YET;
  const [lit, setLit] = useState<Answer | null>(null);
  // what a tab opens takes longer than to mark it, and than to show the video
  const opened = useDeferredValue<View | null>(view, null);
  const navigate = useNavigate();
  const views = useRef<HTMLElement>(null);
  const show = (answer: Answer) => {
    setLit(answer);
    void navigate(`/videos/${video.id}/map`, { replace: true });
    views.current?.scrollIntoView();
  };
  return (
    <PlayheadContext value={playhead}>
      <header className={styles.head}>
        <Link to="/" className={styles.back}>
          <Icon name="back" size={16} />
          {texts.library.title}
        </Link>
        <h1>{name}</h1>
        <p>{texts.video.facts(video.duration_s, video.width, video.height, video.codec)}</p>
      </header>
      <div className={styles.place}>
        <div className={styles.watch}>
          <Player video={video} name={name} />
          <Timeline
            duration={video.start_s + video.duration_s}
            entries={entries.data ?? []}
            moments={moments}
          />
          <Building video={video} job={job} away={away} />
        </div>
        <Views ref={views} videoId={video.id} view={view}>
          {opened === 'memory' && <MemoryView entries={entries} sightings={moments.first_sightings} />}
          {opened === 'ask' && <AskView memoryId={memoryId} ready={remembered > 0} onShow={show} />}
          {opened === 'map' && <MapView memoryId={memoryId} remembered={remembered} lit={lit} />}
        </Views>
      </div>
    </PlayheadContext>
  );
}
