import { useEffect, useState, type ReactNode } from 'react';
import { texts } from '../texts.js';
import { useUploads } from './uploads.js';
import styles from './drop-anywhere.module.css';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Takes files that are dropped anywhere on the page. Who does not drag picks them in the library. */
export function DropAnywhere({ children }: { children: ReactNode }) {
  const { add } = useUploads();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const listeners = new AbortController();
    const on = (name: 'dragover' | 'dragleave' | 'drop', react: (event: DragEvent) => void) =>
      addEventListener(
        name,
        (event) => {
          if (!hasFiles(event)) return;
          event.preventDefault();
          react(event);
        },
        { signal: listeners.signal },
      );
    on('dragover', () => setOver(true));
    on('dragleave', (event) => {
      // the pointer has left the window, not only an element of it
      if (event.relatedTarget === null) setOver(false);
    });
    on('drop', (event) => {
      setOver(false);
      add(Array.from(event.dataTransfer?.files ?? []));
    });
    return () => listeners.abort();
  }, [add]);
  return (
    <>
      {children}
      {over && <div className={styles.over}>{texts.library.dropNow}</div>}
    </>
  );
}
