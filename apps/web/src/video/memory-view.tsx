import type { Entry, MapObject } from '@loci/contracts';
import { clock } from '../service/format.js';
import { texts } from '../texts.js';
import { Moments } from './moments.js';
import { usePlayhead } from './playhead.js';
import kinds from './kinds.module.css';
import styles from './memory-view.module.css';

const words = texts.video.memory;
const KINDS = ['working', 'episodic'] as const;

interface MemoryViewProps {
  entries: readonly Entry[];
  objects: readonly MapObject[];
}

/** Every entry of the memory as a picture, and when each thing was first seen; a click shows the moment. */
export function MemoryView({ entries, objects }: MemoryViewProps) {
  const of = (kind: Entry['kind']) =>
    entries.filter((entry) => entry.kind === kind).sort((a, b) => a.t_s - b.t_s);
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
      <FirstSeen objects={objects} />
    </div>
  );
}

/** The things in the order in which they came into sight. */
function FirstSeen({ objects }: { objects: readonly MapObject[] }) {
  const playhead = usePlayhead();
  const seen = objects
    .flatMap(({ id, category, first_seen_s }) =>
      first_seen_s === null ? [] : [{ id, category, t_s: first_seen_s }],
    )
    .sort((a, b) => a.t_s - b.t_s);
  if (seen.length === 0) return null;
  return (
    <section className={kinds['sighting']}>
      <h3>{words.firstSeen}</h3>
      <ul className={styles.seen}>
        {seen.map(({ id, category, t_s }) => (
          <li key={id}>
            <button
              type="button"
              aria-label={words.jumpFirst(category, t_s)}
              onClick={() => playhead.seek(t_s)}
            >
              {category} <span>{clock(t_s)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
