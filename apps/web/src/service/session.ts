import { useSyncExternalStore } from 'react';

const NAME = 'loci-key';
const listeners = new Set<() => void>();

/** The API key of this browser tab. It is forgotten when the tab is closed. */
export const session = {
  key: (): string | null => sessionStorage.getItem(NAME),
  keep(key: string): void {
    sessionStorage.setItem(NAME, key);
    for (const listener of listeners) listener();
  },
  forget(): void {
    sessionStorage.removeItem(NAME);
    for (const listener of listeners) listener();
  },
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useKey = (): string | null => useSyncExternalStore(subscribe, session.key);
