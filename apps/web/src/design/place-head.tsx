import type { ReactNode } from 'react';
import styles from './place-head.module.css';

interface PlaceHeadProps {
  title: string;
  text: string;
  /** The one thing to do here. */
  children?: ReactNode;
}

/** What a place is called, and what it is in a sentence. */
export const PlaceHead = ({ title, text, children }: PlaceHeadProps) => (
  <header className={styles.head}>
    <div>
      <h1>{title}</h1>
      <p>{text}</p>
    </div>
    {children}
  </header>
);
