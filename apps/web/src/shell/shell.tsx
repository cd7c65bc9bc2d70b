import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { Icon, type IconName } from '../design/icon.js';
import { DropAnywhere } from '../library/drop-anywhere.js';
import { UploadTray } from '../library/upload-tray.js';
import { SignOut } from '../sign-in/sign-in.js';
import { texts } from '../texts.js';
import { Mark } from './mark.js';
import { ThemeButton } from './theme-button.js';
import styles from './shell.module.css';

const PLACES: { to: string; icon: IconName; name: string }[] = [
  { to: '/', icon: 'library', name: texts.places.library },
];

/** What is around every place: where one is, where one can go, and uploads. */
export const Shell = ({ children }: { children: ReactNode }) => (
  <DropAnywhere>
    <a className={styles.skip} href="#content">
      {texts.skip}
    </a>
    <header className={styles.top}>
      <NavLink className={styles.brand ?? ''} to="/" aria-label={texts.name}>
        <Mark />
        <span>{texts.name}</span>
      </NavLink>
      <Places />
      <div className={styles.tools}>
        <SignOut />
        <ThemeButton />
      </div>
    </header>
    <main id="content" className={styles.main} tabIndex={-1}>
      {children}
    </main>
    <UploadTray />
  </DropAnywhere>
);

const Places = () => (
  <nav className={styles.places} aria-label={texts.placesLabel}>
    {PLACES.map(({ to, icon, name }) => (
      <NavLink key={to} to={to} end={to === '/'} className={styles.place ?? ''}>
        <Icon name={icon} />
        <span>{name}</span>
      </NavLink>
    ))}
  </nav>
);
