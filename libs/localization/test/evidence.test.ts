import { describe, expect, it } from 'vitest';
import { evidenceOf, type SeenCells } from '../src/index.js';

/** Two frames of 1 × 2 cells: on the left a sofa, on the right a table, in the second less surely. */
const CELLS: SeenCells = {
  ...{ rows: 1, columns: 2, categories: 2 },
  cells: Uint8Array.of(200, 0, 0, 200, 100, 0, 0, 100),
};
/** Pictures of 4 × 1 pixels, of which every third is a frame: a keypoint in each half. */
const picture = { positions: Float32Array.of(0, 0, 3.4, 0) };
const PICTURES = [picture, picture, picture, picture];
const VIEW = { every: 3, firstFrame: 28, size: { width: 4, height: 1 } };

const LEFT = 0;
const RIGHT = 1;
const seen = (place: [number, number, number], views: [frame: number, keypoint: number][]) => ({
  place,
  views: views.map(([frame, keypoint]) => ({ frame, keypoint })),
});

describe('what is where, by what eyes saw', () => {
  it('is the mean of all looks at the points of a cube, in the cells that they lie in', () => {
    const found = evidenceOf(
      [
        seen(
          [0.1, 0.1, 0.1],
          [
            [0, LEFT],
            [3, LEFT],
          ],
        ),
        seen([0.2, 0, 0.2], [[3, LEFT]]),
        seen([-0.1, 0.6, 2.6], [[3, RIGHT]]),
      ],
      PICTURES,
      CELLS,
      VIEW,
    );
    expect([...found.cubes]).toEqual([...[0, 0, 0, 3, 28], ...[-1, 2, 10, 1, 29]]);
    expect([...found.likely]).toEqual([...[Math.round(400 / 3), 0], ...[0, 100]]);
  });

  it('is told by frames alone: what only pictures between them show has no place in it', () => {
    expect(
      evidenceOf(
        [
          seen(
            [0, 0, 0],
            [
              [1, LEFT],
              [2, RIGHT],
            ],
          ),
        ],
        PICTURES,
        CELLS,
        VIEW,
      ).cubes,
    ).toHaveLength(0);
  });
});
