import { describe, expect, it } from 'vitest';
import type { OccupiedCell } from '../../src/index.js';
import type { asked } from '../reading/asked.js';
import { answered, worldOf } from './world.js';

const AREA: Parameters<typeof asked> = ['room_size_estimation', 'how large is this place?'];
const writes = '<room> <answer> 7 <eos>';

/** The floor of a room of so many metres, turned by degrees; over each square are as many points. */
function room([width, depth]: [number, number], degrees = 0): OccupiedCell[] {
  const turn = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const cells: OccupiedCell[] = [];
  for (let x = 0.125; x < width; x += 0.25)
    for (let z = 0.125; z < depth; z += 0.25)
      cells.push({ x: 3 + x * cos - z * sin, z: x * sin + z * cos - 1, points: 4 });
  return cells;
}

const sizeOf = async (cells: readonly OccupiedCell[] | null) =>
  (await answered(AREA, { world: worldOf([], {}, null, cells), writes })).value ?? NaN;

describe('the size of a place', () => {
  it('is that of the rectangle that its points fill, however the walls stand', async () => {
    for (const degrees of [0, 20, 65, -10]) {
      expect(await sizeOf(room([6, 4], degrees))).toBeGreaterThan(24 * 0.88);
      expect(await sizeOf(room([6, 4], degrees))).toBeLessThan(24 * 1.05);
    }
  });

  it('grows little by a few points that lie far outside', async () => {
    const astray = [-40, 55].map((x) => ({ x, z: 90, points: 10 }));
    const [with_, without] = [await sizeOf([...room([6, 4]), ...astray]), await sizeOf(room([6, 4]))];
    expect(Math.abs(with_ / without - 1)).toBeLessThan(0.1);
  });

  it('names the rectangle that it was taken from', async () => {
    const found = await answered(AREA, { world: worldOf([], {}, null, room([6, 4])), writes });
    expect(found).toMatchObject({ supported: true, kind: 'number', unit: 'm2' });
    expect(found.trace).toEqual([{ text: 'floor x6 z1 e5.8 e3.8', category: 'floor', position: [6, 0, 1] }]);
  });

  it('is told by the answer graph where nobody kept where points were seen', async () => {
    expect(await sizeOf(null)).toBe(7);
    expect(await sizeOf([])).toBe(7);
  });
});
