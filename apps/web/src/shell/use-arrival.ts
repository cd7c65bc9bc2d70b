import { useEffect, useRef, type RefObject } from 'react';
import { NavigationType, useLocation, useNavigationType } from 'react-router';

/** A place without what is looked at in it: `/videos/vid_1` for its map, too. */
export const placeOf = (path: string): string => path.split('/').slice(0, 3).join('/');

/**
 * Where one goes on to another place, it begins at its top and takes the focus, so that it is read out. Where
 * one goes back, the browser knows where one was.
 */
export function useArrival(main: RefObject<HTMLElement | null>): void {
  const place = placeOf(useLocation().pathname);
  const how = useNavigationType();
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    if (how === NavigationType.Pop) return;
    main.current?.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: 'instant' });
  }, [main, place, how]);
}
