import { describe, expect, it } from 'vitest';
import { scaleAlong, type Stretch } from '../../src/odometry/scale-along.js';
import { seededBy } from '../../src/odometry/random.js';

const HEIGHT_M = 1.5;
const BEFORE = { scale: 1, error: 0.1 };

/** Things below cameras in a unit of so many metres; of a floor, and of a layer so many metres below. */
function seen(scale: number, { floor = 150, layerM = 1, layer = 0, shared = 200 } = {}): Stretch {
  const random = seededBy([floor, layer, Math.round(1000 * scale)]);
  const about = (metres: number): number => ((metres / scale) * (980 + random(41))) / 1000;
  const depths = [
    ...Array.from({ length: floor }, () => about(HEIGHT_M)),
    ...Array.from({ length: layer }, () => about(layerM)),
    ...Array.from({ length: 300 }, () => (random(1_400_001) / 1_000_000 - 0.1) / scale),
  ];
  return { depths: Float64Array.from(depths).sort(), shared };
}

const nothing = (shared = 200): Stretch => seen(1, { floor: 0, shared });
const told = (stretches: Stretch[]) => scaleAlong(stretches, HEIGHT_M, BEFORE);
const near = (value: number | undefined, by: number): number => Math.abs((value ?? NaN) / by - 1);

describe('the scale along a chunk', () => {
  it('is that of the floor, however far off it was before', () => {
    for (const scale of [0.25, 0.9, 1, 1.3, 6]) {
      const { scales } = told(Array.from({ length: 6 }, () => seen(scale)));
      expect(near(scales.at(-1), scale)).toBeLessThan(0.03);
    }
  });

  it('is another one after it was lost where little was seen', () => {
    const parts = [...Array.from({ length: 6 }, () => seen(1)), nothing(20), nothing(10), nothing(30)];
    const { scales, errors } = told([...parts, ...Array.from({ length: 6 }, () => seen(4))]);
    for (const index of [0, 1, 2, 3, 4, 5]) expect(near(scales[index], 1)).toBeLessThan(0.03);
    for (const index of [9, 10, 11, 12, 13, 14]) expect(near(scales[index], 4)).toBeLessThan(0.03);
    expect(scales[7]).toBeGreaterThan(1);
    expect(scales[7]).toBeLessThan(4);
    // and in between nobody knows
    expect(errors[7]).toBeGreaterThan(0.3);
    expect(Math.max(errors[1] ?? NaN, errors[13] ?? NaN)).toBeLessThan(0.05);
  });

  it('is not that of a table which is seen for a moment', () => {
    const table = seen(1, { floor: 0, layer: 150, layerM: 0.8 });
    const { scales } = told([seen(1), seen(1), seen(1), table, seen(1), seen(1), seen(1)]);
    for (const scale of scales) expect(near(scale, 1)).toBeLessThan(0.05);
  });

  it('stays, and is less and less sure, where no floor is seen: the more so, the less pictures share', () => {
    const { scales, errors } = told([
      seen(1),
      seen(1),
      seen(1),
      ...Array.from({ length: 8 }, () => nothing()),
    ]);
    expect(near(scales.at(-1), 1)).toBeLessThan(0.05);
    expect(errors.at(-1)).toBeGreaterThan(2 * (errors[0] ?? NaN));
    const few = told([seen(1), seen(1), seen(1), ...Array.from({ length: 8 }, () => nothing(40))]);
    expect(few.errors.at(-1)).toBeGreaterThan(1.3 * (errors.at(-1) ?? NaN));
  });

  it('is exactly what it was where no floor is seen at all', () => {
    expect(told([nothing(), nothing(30), nothing()]).scales).toEqual([1, 1, 1]);
  });
});
