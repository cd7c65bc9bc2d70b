import { useSyncExternalStore } from 'react';

const NAME = 'loci-key';
const listeners = new Set<() => void>();

/** The key that a stack without keys of its own takes, from its own machine only. */
const LOCAL_KEY = 'dev';
const isLocal = (): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(location.hostname);

/** The API key of this browser tab. It is forgotten when the tab is closed. */
export const session = {
  key: (): string | null => sessionStorage.getItem(NAME) ?? (isLocal() ? LOCAL_KEY : null),
  isKept: (): boolean => sessionStorage.getItem(NAME) !== null,
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

/** Whether the person has signed in, also with the key that is tried without that. */
export const useIsSignedIn = (): boolean => useSyncExternalStore(subscribe, session.isKept);
