import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { texts } from '../texts.js';
import styles from './views.module.css';

export type View = keyof typeof texts.video.views;
const VIEWS = Object.entries(texts.video.views) as [View, string][];

/** What is beside the player; each has its address. */
export const Views = ({ videoId, view, children }: { videoId: string; view: View; children: ReactNode }) => (
  <section className={styles.views}>
    <nav className={styles.tabs} aria-label={texts.video.viewsLabel}>
      {VIEWS.map(([name, text]) => (
        <Link
          key={name}
          to={`/videos/${videoId}/${name}`}
          replace
          className={styles.tab ?? ''}
          aria-current={name === view ? 'page' : undefined}
        >
          {text}
        </Link>
      ))}
    </nav>
    {children}
  </section>
);
