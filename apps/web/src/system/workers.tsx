import type { Worker } from '@loci/contracts';
import { clock } from '../service/format.js';
import { texts } from '../texts/system.js';
import styles from './system.module.css';

const words = texts.workers;

interface WorkersProps {
  workers: readonly Worker[];
  /** When they were looked at, in ms. */
  now: number;
}

/** The workers that live, each with what it has begun. */
export function Workers({ workers, now }: WorkersProps) {
  if (workers.length === 0) return <p className={styles.soft}>{words.none}</p>;
  return (
    <ul className={styles.list}>
      {workers.map(({ number, work }, index) => (
        <li key={number}>
          <strong>{words.name(index + 1)}</strong>
          {work.length === 0 && <span className={styles.soft}>{words.idle}</span>}
          {work.map(({ memory_id, work: name, begun_at }) => (
            <span key={`${memory_id} ${name}`} className={styles.soft}>
              {words.since(name, clock((now - Date.parse(begun_at)) / 1000))}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
