import type { ReactNode } from 'react';
import styles from './empty.module.css';

interface EmptyProps {
  title: string;
  text: string;
  children?: ReactNode;
}

/** A place with nothing in it yet: what belongs there, and how it comes there. */
export const Empty = ({ title, text, children }: EmptyProps) => (
  <section className={styles.empty}>
    <Plan />
    <h2>{title}</h2>
    <p>{text}</p>
    {children}
  </section>
);

/** A room in plan, with a camera that looks into it. */
const Plan = () => (
  <svg className={styles.plan} viewBox="0 0 220 120" aria-hidden="true">
    <path className={styles.wall} d="M20 10h180v100H130M100 110H20V10" />
    <path className={styles.door} d="M100 110a30 30 0 0 1 30-30v30" />
    <path className={styles.thing} d="M32 22h46v34H32zM150 22h38v16h-38zM40 82h26v16H40z" />
    <path className={styles.sight} d="M118 96 88 34l74 8Z" />
    <path className={styles.way} d="M118 96c6-14 26-20 40-18s24 12 26 20" />
    <circle className={styles.camera} cx="118" cy="96" r="4.5" />
  </svg>
);
