import { STAGES, type System } from '@loci/contracts';
import { texts } from '../texts/system.js';
import styles from './system.module.css';

const words = texts.queues;
const STATES = ['waiting', 'active', 'delayed'] as const;

/** Deliveries of each stage. */
export const Queues = ({ queues }: { queues: NonNullable<System['queues']> }) => (
  <table className={styles.table}>
    <thead>
      <tr>
        <th scope="col">{words.stage}</th>
        {STATES.map((state) => (
          <th key={state} scope="col">
            {words[state]}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {STAGES.map((stage) => (
        <tr key={stage}>
          <th scope="row">{words.stages[stage]}</th>
          {STATES.map((state) => (
            <td key={state} data-none={queues[stage][state] === 0 || undefined}>
              {queues[stage][state]}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
