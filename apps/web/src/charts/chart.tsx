import { lazy, Suspense, useRef } from 'react';
import type { TopLevelSpec } from 'vega-lite';
import { useDue } from '../design/use-due.js';
import { Waiting } from '../design/waiting.js';
import { texts } from '../texts/results.js';
import styles from './chart.module.css';

// vega comes only when somebody looks at a chart
const Drawing = lazy(() => import('./drawing.js'));

export interface ChartTable {
  heads: readonly string[];
  rows: readonly (readonly string[])[];
}

interface ChartProps {
  /** What it shows, in a sentence. */
  caption: string;
  spec: TopLevelSpec;
  /** Its pixels: they are kept free until it is drawn. */
  height: number;
  /** The same figures: for a screen reader, and for who wants the digits. */
  table: ChartTable;
}

/** A chart that answers to the pointer, with its figures as a table below. */
export function Chart({ caption, spec, height, table }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const due = useDue(place);
  return (
    <figure className={styles.chart}>
      <div ref={place} className={styles.place} style={{ blockSize: height }} aria-hidden="true">
        <Suspense fallback={<Waiting />}>{due && <Drawing spec={spec} />}</Suspense>
      </div>
      <figcaption>{caption}</figcaption>
      <details>
        <summary>{texts.table}</summary>
        <Figures caption={caption} table={table} />
      </details>
    </figure>
  );
}

const Figures = ({ caption, table: { heads, rows } }: { caption: string; table: ChartTable }) => (
  // what can be scrolled can be reached by the keyboard
  <div className={styles.scroll} tabIndex={0} role="region" aria-label={caption}>
    <table>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...values]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {values.map((value, index) => (
              <td key={heads[index + 1]}>{value}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
