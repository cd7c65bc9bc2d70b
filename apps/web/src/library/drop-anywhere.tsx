import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { texts } from '../texts.js';
import { droppedFiles } from './dropped-files.js';
import { useUploads } from './uploads.js';
import styles from './drop-anywhere.module.css';

/** Takes files that are dropped anywhere on the page. Who does not drag picks them in the library. */
export function DropAnywhere({ children }: { children: ReactNode }) {
  const { add } = useUploads();
  const over = useSyncExternalStore(droppedFiles.subscribe, droppedFiles.isOver);
  useEffect(() => droppedFiles.giveTo(add), [add]);
  return (
    <>
      {children}
      {over && <div className={styles.over}>{texts.library.dropNow}</div>}
    </>
  );
}
