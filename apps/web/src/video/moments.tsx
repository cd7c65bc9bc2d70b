import { Picture } from '../design/picture.js';
import { clock } from '../service/format.js';
import { usePlayhead } from './playhead.js';
import styles from './moments.module.css';

export interface Moment {
  key: string;
  t_s: number;
  thumbnail_url: string;
  /** What a click does. */
  label: string;
}

/** Moments of the video as pictures; a click shows one in the player. */
export function Moments({ moments }: { moments: readonly Moment[] }) {
  const playhead = usePlayhead();
  return (
    <ul className={styles.moments}>
      {moments.map(({ key, t_s, thumbnail_url, label }) => (
        <li key={key}>
          <button type="button" aria-label={label} onClick={() => playhead.seek(t_s)}>
            <Picture address={thumbnail_url} alt="" />
            <span>{clock(t_s)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
