import { useRef, type ComponentProps, type ReactNode } from 'react';
import { NavLink } from 'react-router';
import { Icon } from '../design/icon.js';
import { DropAnywhere } from '../library/drop-anywhere.js';
import { UploadTray } from '../library/upload-tray.js';
import { SignOut } from '../sign-in/sign-in.js';
import { texts } from '../texts.js';
import { ThemeButton } from './theme-button.js';
import { useArrival } from './use-arrival.js';
import styles from './shell.module.css';

/** What is around every place: the way to the library, and uploads. */
export function Shell({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  useArrival(main);
  return (
    <DropAnywhere>
      <a className={styles.skip} href="#content">
        {texts.skip}
      </a>
      <header className={styles.top}>
        <NavLink className={styles.brand ?? ''} to="/">
          <img src="/mark.svg" alt="" width={26} height={26} />
          {texts.name}
        </NavLink>
        <nav className={styles.places} aria-label={texts.placesLabel}>
          <Place to="/" icon="library">
            {texts.library.title}
          </Place>
          <Place to="/quiz" icon="quiz">
            {texts.places.quiz}
          </Place>
          <Place to="/examples" icon="examples">
            {texts.places.examples}
          </Place>
          <Place to="/results" icon="results">
            {texts.places.results}
          </Place>
          <Place to="/system" icon="system">
            {texts.places.system}
          </Place>
        </nav>
        <div className={styles.tools}>
          <SignOut />
          <ThemeButton />
        </div>
      </header>
      <main ref={main} id="content" className={styles.main} tabIndex={-1}>
        {children}
      </main>
      <UploadTray />
    </DropAnywhere>
  );
}

interface PlaceProps {
  to: string;
  icon: ComponentProps<typeof Icon>['name'];
  children: string;
}

const Place = ({ to, icon, children }: PlaceProps) => (
  <NavLink to={to} end={to === '/'} className={styles.place ?? ''}>
    <Icon name={icon} />
    <span>{children}</span>
  </NavLink>
);
