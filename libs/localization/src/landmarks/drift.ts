import { apply, distance, type RigidTransform2D } from '../geometry/rigid-transform-2d.js';
import { DRIFT } from '../parameters.js';
import { isAmong, transformLandmarks, trusted, type Landmark } from './landmark.js';

/**
 * Landmarks after a correction has laid a segment onto some of them again. The camera drifted since these
 * were seen last, nobody knows when: what was seen first since then lies off, by as much at most as the
 * correction moves it. What is known from before is not kept a second time.
 * @param objects what the segment shows, where it stood before the correction
 */
export function doubtDrifted(
  landmarks: readonly Landmark[],
  objects: readonly Landmark[],
  correction: RigidTransform2D,
): readonly Landmark[] {
  const placed = transformLandmarks(objects, correction);
  const found = trusted(landmarks).filter((landmark) => isAmong(landmark, placed));
  if (found.length < DRIFT.minFound) return landmarks;
  const since = median(found.map(({ lastSeen }) => lastSeen));
  const before = landmarks.filter(({ firstSeen }) => firstSeen <= since);
  return landmarks.flatMap((landmark) => {
    const moved = { ...landmark, ...apply(correction, landmark) };
    const metres = distance(moved, landmark);
    if (landmark.firstSeen <= since || metres < DRIFT.minMetres) return [landmark];
    if (isAmong(moved, before) || isAmong(landmark, before)) return [];
    return [{ ...landmark, drift: landmark.drift + metres }];
  });
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
