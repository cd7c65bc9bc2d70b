import { ProgressBar } from 'react-aria-components';
import styles from './bar.module.css';

interface BarProps {
  label: string;
  /** 0–1; null: it goes on, but how far is not known. */
  fraction: number | null;
}

/** How far something is. */
export const Bar = ({ label, fraction }: BarProps) => (
  <ProgressBar
    className={styles.bar ?? ''}
    aria-label={label}
    isIndeterminate={fraction === null}
    value={(fraction ?? 0) * 100}
  >
    <div
      className={fraction === null ? styles.unknown : styles.fill}
      style={{ inlineSize: fraction === null ? undefined : `${fraction * 100}%` }}
    />
  </ProgressBar>
);
