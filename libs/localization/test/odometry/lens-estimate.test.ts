import { describe, expect, it } from 'vitest';
import { atOnce } from '../../src/odometry/at-once.js';
import {
  decodePath,
  decodeRelated,
  encodePath,
  encodeRelated,
  estimatingPathAndLens,
  PictureRelations,
  scaleErrorOf,
  type Keypoints,
} from '../../src/odometry/index.js';
import { estimatingLens, longerLens } from '../../src/odometry/lens-estimate.js';
import type { MatchedPictures } from '../../src/odometry/relations.js';
import type { Vec3 } from '../../src/odometry/vectors.js';
import { hall, LENS, pictures, walk } from './made-up.js';

/** The hall's floor is 1.5 m below the cameras: each third point of it. */
const POINTS = hall(1500).map(([x, y, z], index): Vec3 => (index % 3 === 0 ? [x, 1.5, z] : [x, y, z]));
const SEEN = pictures(walk(28), POINTS, { noise: 0.5, wrong: 0.1, most: 250 });

function matched(frames: readonly Keypoints[]): MatchedPictures {
  const relations = new PictureRelations(null);
  for (const frame of frames) relations.add(frame);
  return relations.related();
}

describe('a lens that nobody knows', () => {
  it.each([0.75, 1.3])('is told by what pictures show, from a guess %f times too long', (times) => {
    const { longer, error } = atOnce(estimatingLens(matched(SEEN.slice(0, 16)), longerLens(LENS, times)));
    expect(Math.abs(longer * times - 1)).toBeLessThan(0.08);
    expect(Math.abs(longer * times - 1)).toBeLessThan(2 * error);
  });

  it('is as it was guessed where the camera stands still', () => {
    const still = pictures(
      Array.from({ length: 8 }, () => walk(1)[0]).flatMap((pose) => pose ?? []),
      POINTS,
      { noise: 0.5, most: 250 },
    );
    const { longer, error } = atOnce(estimatingLens(matched(still), LENS));
    expect(Math.abs(longer - 1)).toBeLessThan(2 * error);
    expect(error).toBeGreaterThan(0.1);
  });

  it('is told once, by the first chunk, and makes metres less sure', () => {
    const options = { lens: longerLens(LENS, 1.3), overlap: 4, every: 3, heightM: 1.5, depthM: 3 };
    const first = atOnce(estimatingPathAndLens(null, matched(SEEN.slice(0, 16)), options)).left;
    const stored = decodePath(encodePath(first));
    const kept = decodeRelated(encodeRelated({ relations: [], ...matched(SEEN.slice(12, 28)) }));
    const next = atOnce(estimatingPathAndLens(stored, kept, options));
    expect(next.left.lens).toEqual(first.lens);
    expect(next).toEqual(atOnce(estimatingPathAndLens(first, matched(SEEN.slice(12, 28)), options)));
    expect(scaleErrorOf(next.left)).toBeGreaterThan(next.left.world.scaleError);
  });
});
