import type { MapObject } from '@loci/contracts';
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
  const isPicked = ({ id }: MapObject) => picked.some((thing) => thing.id === id);
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
            <tr key={object.id} data-lit={isPicked(object) || used.has(object.id) || undefined}>
              <th scope="row">
                <button
                  type="button"
                  aria-pressed={isPicked(object)}
                  aria-label={words.pick(object.category)}
                  onClick={() => onPick(pickedObject(object))}
                >
                  {object.category}
                </button>
              </th>
              <td>{object.size === null ? words.unknown : words.metres(object.size)}</td>
              <td>{percent(object.confidence)}</td>
              <td>
                {object.first_seen_s === null ? (
                  words.unknown
                ) : (
                  <Jump seconds={object.first_seen_s} onJump={playhead.seek} name={object.category} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface JumpProps {
  seconds: number;
  name: string;
  onJump: (seconds: number) => void;
}

const Jump = ({ seconds, name, onJump }: JumpProps) => (
  <button type="button" aria-label={words.jump(name, seconds)} onClick={() => onJump(seconds)}>
    {clock(seconds)}
  </button>
);
