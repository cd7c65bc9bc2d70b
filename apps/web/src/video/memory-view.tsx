import type { Entry } from '@loci/contracts';
import { Picture } from '../design/picture.js';
import { clock } from '../service/format.js';
import { texts } from '../texts.js';
import { usePlayhead } from './playhead.js';
import styles from './memory-view.module.css';

const words = texts.video.memory;
const KINDS = ['working', 'episodic'] as const;

/** Every entry of the memory as a picture; a click shows its moment. */
export function MemoryView({ entries }: { entries: readonly Entry[] }) {
  const of = (kind: Entry['kind']) =>
    entries.filter((entry) => entry.kind === kind).sort((a, b) => a.t_s - b.t_s);
  if (entries.length === 0) return <p className={styles.text}>{words.empty}</p>;
  return (
    <div className={styles.memory}>
      <h2>{words.title}</h2>
      <p className={styles.text}>{words.text(of('working').length, of('episodic').length)}</p>
      {KINDS.map((kind) => (
        <section key={kind} className={styles[kind]}>
          <h3>{texts.video.timeline[kind]}</h3>
          <ul>
            {of(kind).map((entry) => (
              <EntryPicture key={entry.slot} entry={entry} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function EntryPicture({ entry }: { entry: Entry }) {
  const playhead = usePlayhead();
  const kind = texts.video.timeline[entry.kind];
  return (
    <li>
      <button type="button" aria-label={words.jump(kind, entry.t_s)} onClick={() => playhead.seek(entry.t_s)}>
        <Picture address={entry.thumbnail_url} alt="" />
        <span>{clock(entry.t_s)}</span>
      </button>
    </li>
  );
}
