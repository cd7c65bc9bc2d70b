import type { Answer, SpaceMap } from '@loci/contracts';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useAfterPaint } from '../design/after-paint.js';
import { Button } from '../design/button.js';
import { Check } from '../design/check.js';
import { ErrorNotice, Notice } from '../design/notice.js';
import { useDue } from '../design/use-due.js';
import { Waiting } from '../design/waiting.js';
import { useMap } from '../service/queries.js';
import { texts } from '../texts.js';
import { gapBetween } from './geometry.js';
import { MapDownloads } from './map-downloads.js';
import { ObjectList } from './object-list.js';
import type { Picked } from './picked.js';
import { usedOf } from './used.js';
import { drawnBy } from './webgl.js';
import styles from './map-view.module.css';

// three.js comes only when somebody looks at a map
const MapScene = lazy(() => import('./map-scene.js'));

const words = texts.map;

interface MapViewProps {
  memoryId: string | undefined;
  /** Chunks remembered: the map grows with each. */
  remembered: number;
  /** The answer whose evidence is to be shown. */
  lit: Answer | null;
}

export function MapView({ memoryId, remembered, lit }: MapViewProps) {
  const map = useMap(memoryId, remembered);
  if (memoryId === undefined || remembered === 0) return <p className={styles.soft}>{words.notYet}</p>;
  if (map.isPending) return <Waiting />;
  if (map.isError) return <ErrorNotice error={map.error} onAgain={() => void map.refetch()} />;
  return <Looking memoryId={memoryId} map={map.data} lit={lit} />;
}

function Looking({ memoryId, map, lit }: { memoryId: string; map: SpaceMap; lit: Answer | null }) {
  const place = useRef<HTMLDivElement>(null);
  // what is in the map stands in words below: that comes first
  const due = useDue(place);
  const [top, setTop] = useState(false);
  const [picked, setPicked] = useState<Picked[]>([]);
  const pick = useCallback(
    (thing: Picked) =>
      // the third begins anew
      setPicked((before) => (before.length >= 2 ? [thing] : [...before, thing])),
    [],
  );
  const gap = useMemo(
    () => (picked[0] !== undefined && picked[1] !== undefined ? gapBetween(picked[0], picked[1]) : null),
    [picked],
  );
  const { objects } = map;
  const used = useMemo(() => usedOf(lit, objects).ids, [lit, objects]);
  // drawing the scene may take long: what a click changes in words is drawn before
  const scene = useAfterPaint(useMemo(() => ({ map, top, picked, gap, lit }), [map, top, picked, gap, lit]));
  return (
    <div className={styles.map}>
      <div ref={place} className={styles.scene}>
        {!due ? (
          <Waiting />
        ) : drawnBy() !== 'nobody' ? (
          <Suspense fallback={<Waiting />}>
            <MapScene {...scene} onPick={pick} />
          </Suspense>
        ) : (
          <Notice>{words.noWebgl}</Notice>
        )}
      </div>
      <div className={styles.tools}>
        <Check isSelected={top} onChange={setTop}>
          {words.top}
        </Check>
        {picked.length > 0 && (
          <Button look="quiet" small onPress={() => setPicked([])}>
            {words.clear}
          </Button>
        )}
      </div>
      <Measure picked={picked} metres={gap?.metres ?? null} />
      {lit !== null && <p className={styles.used}>{words.used}</p>}
      <ObjectList objects={objects} picked={picked} used={used} onPick={pick} />
      <MapDownloads memoryId={memoryId} />
    </div>
  );
}

function Measure({ picked, metres }: { picked: readonly Picked[]; metres: number | null }) {
  const [first, second] = picked;
  if (first === undefined) return <p className={styles.soft}>{words.measure.how}</p>;
  return (
    <p role="status" className={styles.measure}>
      {second === undefined || metres === null
        ? words.measure.first(first.name)
        : words.measure.both(first.name, second.name, metres)}
    </p>
  );
}
