import { useEffect, useState, type RefObject } from 'react';

/** How far from the window something is made ready. */
const NEAR = '160px';
/** After so long it is made also where the browser finds no rest; milliseconds. */
const AT_LATEST_MS = 2_000;

/** Calls back once the browser has nothing better to do. @returns what takes that back */
function whenIdle(call: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(call);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(call, { timeout: AT_LATEST_MS });
  return () => cancelIdleCallback(request);
}

/**
 * Whether something costly is to be made: once its place has come near the window, and the browser has drawn
 * what else there is and waits for the person.
 */
export function useDue(place: RefObject<Element | null>): boolean {
  const [due, setDue] = useState(false);
  useEffect(() => {
    if (place.current === null) return undefined;
    let takeBack = (): void => undefined;
    const sight = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
        sight.disconnect();
        takeBack = whenIdle(() => setDue(true));
      },
      { rootMargin: NEAR },
    );
    sight.observe(place.current);
    return () => {
      sight.disconnect();
      takeBack();
    };
  }, [place]);
  return due;
}
