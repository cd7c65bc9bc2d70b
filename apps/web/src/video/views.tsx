import type { ReactNode, Ref } from 'react';
import { Link } from 'react-router';
import { texts } from '../texts.js';
import styles from './views.module.css';

export type View = keyof typeof texts.video.views;
const VIEWS = Object.entries(texts.video.views) as [View, string][];

export const isView = (name: string): name is View => Object.hasOwn(texts.video.views, name);

interface ViewsProps {
  ref: Ref<HTMLElement>;
  videoId: string;
  view: View;
  children: ReactNode;
}

/** What is beside the player; each has its address. */
export const Views = ({ ref, videoId, view, children }: ViewsProps) => (
  <section ref={ref} className={styles.views}>
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
