import { useEffect, useState } from 'react';

/** Calls back once the page has been drawn. @returns what takes that back */
export function afterPaint(call: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // the browser draws right after this frame's callbacks; the timer's task comes after that
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(call);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** A value that is slow to show, one picture of the page late: what a click shows beside it comes before. */
export function useAfterPaint<T extends object>(value: T): T {
  const [shown, setShown] = useState(value);
  useEffect(() => afterPaint(() => setShown(value)), [value]);
  return shown;
}
