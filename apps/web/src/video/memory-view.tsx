import type { Entry } from '@loci/contracts';
import { texts } from '../texts.js';
import { Moments } from './moments.js';
import kinds from './kinds.module.css';
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
    </div>
  );
}
