import type { Entry, Timeline } from '@loci/contracts';
import type { UseQueryResult } from '@tanstack/react-query';
import { ErrorNotice } from '../design/notice.js';
import { Waiting } from '../design/waiting.js';
import { clock } from '../service/format.js';
import { texts } from '../texts.js';
import { Moments } from './moments.js';
import { usePlayhead } from './playhead.js';
import kinds from './kinds.module.css';
import styles from './memory-view.module.css';

const words = texts.video.memory;
const KINDS = ['working', 'episodic'] as const;

interface MemoryViewProps {
  entries: UseQueryResult<Entry[]>;
  sightings: Timeline['first_sightings'];
}

/** Every entry of the memory as a picture, and when each thing was first seen; a click shows the moment. */
export function MemoryView({ entries: query, sightings }: MemoryViewProps) {
  const entries = query.data ?? [];
  const of = (kind: Entry['kind']) =>
    entries.filter((entry) => entry.kind === kind).sort((a, b) => a.t_s - b.t_s);
  if (query.isLoadingError) return <ErrorNotice error={query.error} onAgain={() => void query.refetch()} />;
  if (query.isLoading) return <Waiting />;
  if (entries.length === 0) return <p className={styles.text}>{words.empty}</p>;
  return (
    <div className={styles.memory}>
      <h2>{words.title}</h2>
      <p className={styles.text}>{words.text(of('working').length, of('episodic').length)}</p>
      {KINDS.map((kind) => (
        <section key={kind} className={kinds[kind]}>
          <h3>{texts.video.timeline[kind]}</h3>
          <Moments
            moments={of(kind).map(({ slot, t_s, thumbnail_url }) => ({
              key: String(slot),
              t_s,
              thumbnail_url,
              label: words.jump(texts.video.timeline[kind], t_s),
            }))}
          />
        </section>
      ))}
      <FirstSeen sightings={sightings} />
    </div>
  );
}

/** The things in the order in which they came into sight. */
function FirstSeen({ sightings }: Pick<MemoryViewProps, 'sightings'>) {
  const playhead = usePlayhead();
  if (sightings.length === 0) return null;
  const seen = [...sightings].sort((a, b) => a.t_s - b.t_s);
  return (
    <section className={kinds['sighting']}>
      <h3>{words.firstSeen}</h3>
      <ul className={styles.seen}>
        {seen.map(({ object_id, category, t_s }) => (
          <li key={object_id}>
            <button type="button" title={words.jumpFirst(category, t_s)} onClick={() => playhead.seek(t_s)}>
              {category} <span>{clock(t_s)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
