import { lazy, Suspense } from 'react';
import type { TopLevelSpec } from 'vega-lite';
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
  /** The same figures: for a screen reader, and for who wants the digits. */
  table: ChartTable;
}

/** A chart that answers to the pointer, with its figures as a table below. */
export const Chart = ({ caption, spec, table }: ChartProps) => (
  <figure className={styles.chart}>
    <Suspense fallback={<Waiting />}>
      <Drawing spec={spec} />
    </Suspense>
    <figcaption>{caption}</figcaption>
    <details>
      <summary>{texts.table}</summary>
      <Figures caption={caption} table={table} />
    </details>
  </figure>
);

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
