import { FileTrigger } from 'react-aria-components';
import { Button } from '../design/button.js';
import { Empty } from '../design/empty.js';
import { Icon } from '../design/icon.js';
import { failedLoads, LoadsNotice } from '../design/notice.js';
import { PlaceHead } from '../design/place-head.js';
import { Waiting } from '../design/waiting.js';
import { needsKey } from '../service/problems.js';
import { jobOf, useJobs, useVideos } from '../service/queries.js';
import { useTitle } from '../shell/use-title.js';
import { SignIn } from '../sign-in/sign-in.js';
import { texts } from '../texts.js';
import { useUploads } from './uploads.js';
import { VideoCard } from './video-card.js';
import styles from './library.module.css';

const words = texts.library;
const TYPES = ['video/*', '.mkv', '.mov'];

/** Every video, newest first. */
export function Library() {
  useTitle(words.title);
  const videos = useVideos();
  const jobs = useJobs({ live: true });
  if (needsKey(videos.error ?? jobs.error)) return <SignIn />;
  const failed = failedLoads(videos, jobs);
  if (failed !== null) return <LoadsNotice failed={failed} />;
  if (videos.data === undefined || jobs.data === undefined) return <Waiting />;
  const all = videos.data.pages.flatMap((page) => page.data);
  return (
    <>
      <PlaceHead title={words.title} text={words.text}>
        {all.length > 0 && <AddButton />}
      </PlaceHead>
      {all.length === 0 ? (
        <Empty title={words.empty.title} text={words.empty.text}>
          <AddButton />
          <p className={styles.hint}>{words.empty.hint}</p>
        </Empty>
      ) : (
        <ul className={styles.grid}>
          {all.map((video) => (
            <VideoCard
              key={video.id}
              video={video}
              listed={jobOf(video, jobs.data.data)}
              older={jobs.data.next_cursor !== null}
            />
          ))}
        </ul>
      )}
      {videos.hasNextPage && (
        <div className={styles.more}>
          <Button isPending={videos.isFetchingNextPage} onPress={() => void videos.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}

function AddButton() {
  const { add } = useUploads();
  return (
    <FileTrigger acceptedFileTypes={TYPES} allowsMultiple onSelect={(files) => add(Array.from(files ?? []))}>
      <Button look="main">
        <Icon name="plus" />
        {words.add}
      </Button>
    </FileTrigger>
  );
}
