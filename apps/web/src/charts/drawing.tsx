import { useEffect, useRef, useState } from 'react';
import type { TopLevelSpec } from 'vega-lite';
import { ErrorNotice } from '../design/notice.js';
import { draw, type Hint } from './draw.js';
import styles from './chart.module.css';

interface Shown {
  hint: Hint;
  x: number;
  y: number;
  /** Whether it stands to the left of the pointer, for on the right it would be cut. */
  left: boolean;
}

/** A chart by its specification. It brings vega with it, so that it is imported only when it is shown. */
export default function Drawing({ spec }: { spec: TopLevelSpec }) {
  const container = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const place = container.current;
    if (place === null) return undefined;
    let gone = false;
    const drawn = draw(place, spec, (hint, x, y) =>
      setShown(hint === null ? null : { hint, x, y, left: x > place.clientWidth / 2 }),
    );
    drawn.catch((reason: unknown) => {
      if (!gone) setError(reason);
    });
    return () => {
      gone = true;
      void drawn.then((view) => view.finalize());
    };
  }, [spec]);
  if (error !== null) return <ErrorNotice error={error} />;
  return (
    <div className={styles.drawing}>
      <div ref={container} className={styles.canvas} />
      {shown !== null && (
        <dl
          className={`${styles.hint} ${shown.left ? styles.left : ''}`}
          style={{ insetInlineStart: shown.x, insetBlockStart: shown.y }}
        >
          {shown.hint.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
