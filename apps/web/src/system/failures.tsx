import type { Failure } from '@loci/contracts';
import { date } from '../service/format.js';
import { sentenceOf } from '../service/problems.js';
import { texts } from '../texts/system.js';
import styles from './system.module.css';

const words = texts.failures;

/** What could not be built or answered, the newest first. */
export function Failures({ failures }: { failures: readonly Failure[] }) {
  if (failures.length === 0) return <p className={styles.soft}>{words.none}</p>;
  return (
    <ul className={styles.list}>
      {failures.map(({ memory_id, question_id, tenant, error, at }) => (
        <li key={question_id ?? memory_id}>
          <strong>{question_id === null ? words.memory : words.question}</strong>
          <span>{sentenceOf(error)}</span>
          <span className={styles.soft}>{words.of(tenant, date(at))}</span>
          <code className={styles.id}>{question_id ?? memory_id}</code>
        </li>
      ))}
    </ul>
  );
}
