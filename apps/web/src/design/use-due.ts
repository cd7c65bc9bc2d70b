import { useEffect, useState, type RefObject } from 'react';

/** How far from the window something is made ready. */
const NEAR = '160px';
/** For so long it must be near: who goes on at once waits for nothing; milliseconds. */
const REST_MS = 100;
/** After so long it is made also where the browser finds no rest; milliseconds. */
const AT_LATEST_MS = 2_000;

/** Calls back after a rest, once the browser has nothing better to do. @returns what takes that back */
function whenIdle(call: () => void): () => void {
  let request: number | undefined;
  const timer = setTimeout(() => {
    if ('requestIdleCallback' in window) request = requestIdleCallback(call, { timeout: AT_LATEST_MS });
    else call();
  }, REST_MS);
  return () => {
    clearTimeout(timer);
    if (request !== undefined) cancelIdleCallback(request);
  };
}

/**
 * Whether something costly is to be made: once its place has been near the window for a moment, and the
 * browser has drawn what else there is and waits for the person.
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
