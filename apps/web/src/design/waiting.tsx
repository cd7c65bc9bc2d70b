import { texts } from '../texts.js';
import styles from './waiting.module.css';

export const Waiting = () => (
  <div className={styles.waiting} role="status">
    <span className={styles.dot} aria-hidden="true" />
    {texts.waiting}…
  </div>
);
