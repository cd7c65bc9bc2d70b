import { useEffect } from 'react';
import { texts } from '../texts.js';

/** Names the place in the browser's tab and history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} – ${texts.name}`;
  }, [title]);
}
