import type { Answer, MapObject, Vec3 } from '@loci/contracts';
import { distance } from './geometry.js';

/** A thing that an answer was reasoned from, and that is none of the map's objects. */
export interface UsedPlace {
  position: Vec3;
  name: string;
}

export interface Used {
  /** Ids of the map's objects. */
  ids: ReadonlySet<string>;
  places: UsedPlace[];
}

/** How far from an object's centre the decoder may place it, metres. */
const SAME_M = 1;

/**
 * What of the map an answer was reasoned from. A thing of the trace is the map's nearest object of its
 * category; where there is none near it, its place alone.
 */
export function usedOf(answer: Pick<Answer, 'trace'> | null, objects: readonly MapObject[]): Used {
  const ids = new Set<string>();
  const places: UsedPlace[] = [];
  for (const { position, category, text } of answer?.trace ?? []) {
    if (position === undefined) continue;
    const name = category ?? text;
    const [nearest] = objects
      .filter((object) => object.category === name)
      .map((object) => ({ id: object.id, metres: distance(object.position, position) }))
      .sort((a, b) => a.metres - b.metres);
    if (nearest !== undefined && nearest.metres <= SAME_M) ids.add(nearest.id);
    else places.push({ position, name });
  }
  return { ids, places };
}
