import type { MapObject } from '@loci/contracts';
import { memo } from 'react';
import { clock, percent } from '../service/format.js';
import { texts } from '../texts.js';
import { usePlayhead } from '../video/playhead.js';
import { pickedObject, type Picked } from './picked.js';
import styles from './object-list.module.css';

const words = texts.map.objects;

interface ObjectListProps {
  objects: readonly MapObject[];
  picked: readonly Picked[];
  /** Ids of what an answer was reasoned from. */
  used: ReadonlySet<string>;
  onPick: (thing: Picked) => void;
}

/** The objects of the map in words: what the scene shows, for keyboard and screen reader too. */
export function ObjectList({ objects, picked, used, onPick }: ObjectListProps) {
  const playhead = usePlayhead();
  if (objects.length === 0) return null;
  return (
    <div className={styles.frame}>
      <table>
        <caption>{words.title(objects.length)}</caption>
        <thead>
          <tr>
            <th scope="col">{words.thing}</th>
            <th scope="col">{words.size}</th>
            <th scope="col">{words.confidence}</th>
            <th scope="col">{words.firstSeen}</th>
          </tr>
        </thead>
        <tbody>
          {objects.map((object) => (
            <Row
              key={object.id}
              object={object}
              picked={picked.some(({ id }) => id === object.id)}
              used={used.has(object.id)}
              onPick={onPick}
              onJump={playhead.seek}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  object: MapObject;
  picked: boolean;
  used: boolean;
  onPick: (thing: Picked) => void;
  onJump: (seconds: number) => void;
}

/** A thing. A house has a hundred, and a click changes one. */
const Row = memo(function Row({ object, picked, used, onPick, onJump }: RowProps) {
  const { category, size, confidence, first_seen_s: seconds } = object;
  return (
    <tr data-lit={picked || used || undefined}>
      <th scope="row">
        <button
          type="button"
          aria-pressed={picked}
          aria-label={words.pick(category)}
          onClick={() => onPick(pickedObject(object))}
        >
          {category}
        </button>
      </th>
      <td>{size === null ? words.unknown : words.metres(size)}</td>
      <td>{percent(confidence)}</td>
      <td>
        {seconds === null ? (
          words.unknown
        ) : (
          <button type="button" aria-label={words.jump(category, seconds)} onClick={() => onJump(seconds)}>
            {clock(seconds)}
          </button>
        )}
      </td>
    </tr>
  );
});
