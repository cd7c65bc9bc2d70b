import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  TensorFormatError,
  VIEWS_KEPT,
  decodeTail,
  encodeTail,
  takeUnseen,
  viewOf,
  writeTensors,
  type View,
} from '../src/index.js';

/** What the training takes (apps/training/tests/test_views.py writes it): frames are x, z, right, ahead, seconds. */
interface Case {
  steps: {
    frames: [number, number, number, number, number][];
    asked: boolean[];
    unseen: boolean[];
    known: number;
  }[];
}
const { cases } = JSON.parse(readFileSync(new URL('fixtures/views.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

const tail = { points: Float32Array.of(1, 2, 3), confidence: Float32Array.of(0.5) };
const tensors = {
  points: { dtype: 'f32' as const, dims: [1, 3], data: tail.points },
  confidence: { dtype: 'f32' as const, dims: [1], data: tail.confidence },
};
const metres = fc.float({ min: -9, max: 9, noNaN: true, noDefaultInfinity: true });
const anyView = (tS: number): fc.Arbitrary<View> =>
  fc.record({ x: metres, z: metres, yaw: metres }).map(({ x, z, yaw }) => ({
    x,
    z,
    right: Math.fround(Math.sin(yaw)),
    ahead: Math.fround(Math.cos(yaw)),
    tS,
    takenS: tS,
  }));
/** A walk at two frames a second. */
const anyWalk = fc
  .integer({ min: 1, max: 40 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => anyView(at / 2))));
const later = (walk: readonly View[], seconds: number): View[] =>
  walk.map((view) => ({ ...view, tS: view.tS + seconds, takenS: view.takenS + seconds }));

describe.each(cases.map((one, index) => [index, one] as const))(
  'views of the shared case %i',
  (_, { steps }) => {
    it('are taken chunk after chunk as in the training', () => {
      let views: View[] = [];
      for (const { frames, asked, unseen, known } of steps) {
        const given = frames.map(([x, z, right, ahead, tS], at) =>
          asked[at] === true ? { x, z, right, ahead, tS, takenS: tS } : null,
        );
        const taken = takeUnseen(views, given);
        expect(taken.unseen).toEqual(unseen);
        expect(taken.views).toHaveLength(known);
        views = decodeTail(encodeTail({ ...tail, views: taken.views })).views as View[];
      }
    });
  },
);

describe('what memory takes of a walk', () => {
  it('is nothing of a second round, wherever it led', () => {
    fc.assert(
      fc.property(anyWalk, fc.integer({ min: 31, max: 500 }), (walk, seconds) => {
        const first = takeUnseen([], walk);
        const again = takeUnseen(first.views, later(walk, seconds));
        expect(again.unseen).not.toContain(true);
        expect(again.views.slice(0, first.views.length)).toEqual(first.views);
        // a third round passes where the second did
        const third = takeUnseen(again.views, later(walk, seconds + 31));
        expect(third.unseen).not.toContain(true);
        expect(third.views).toEqual(again.views);
      }),
    );
  });

  it('is all of it once more after ten minutes, should things have moved, however often it was passed', () => {
    fc.assert(
      fc.property(anyWalk, fc.integer({ min: 31, max: 500 }), (walk, between) => {
        const { unseen, views } = takeUnseen([], walk);
        expect(takeUnseen(views, later(walk, 700)).unseen).toEqual(unseen);
        expect(takeUnseen(takeUnseen(views, later(walk, between)).views, later(walk, 700)).unseen).toEqual(
          unseen,
        );
      }),
    );
  });

  it('is nothing beside where it passed before, and no further: what passes by such a view becomes none', () => {
    const at = (x: number, tS: number): View => ({ x, z: 0, right: 0, ahead: 1, tS, takenS: tS });
    expect(takeUnseen([], [at(0, 0), at(0.45, 20), at(0.75, 40)]).unseen).toEqual([true, false, false]);
    expect(takeUnseen([], [at(0, 0), at(0.75, 40)]).unseen).toEqual([true, true]);
    expect(takeUnseen([], [at(0, 0), at(0.45, 20), at(0.9, 40)]).unseen).toEqual([true, false, true]);
    expect(takeUnseen([], [at(0, 0), at(0.45, 20), at(0.75, 40), at(1.05, 60)]).unseen).toEqual([
      true,
      false,
      false,
      true,
    ]);
    // of one visit the next step beside a pass is new
    expect(takeUnseen([], [at(0, 0), at(0.45, 20), at(0.75, 20.5)]).unseen).toEqual([true, false, true]);
  });

  it('is what goes on at one place for some seconds, and what a camera sees that looks straight up', () => {
    const standing = Array.from({ length: 41 }, (_, at): View => ({
      x: 1,
      z: 2,
      right: 0,
      ahead: 1,
      tS: at / 2,
      takenS: at / 2,
    }));
    expect(takeUnseen([], standing).unseen.lastIndexOf(true)).toBe(20);
    expect(
      takeUnseen(
        [],
        standing.map((view) => ({ ...view, ahead: 0 })),
      ).unseen,
    ).not.toContain(false);
  });

  it('is nothing of frames that nobody knows the place of', () => {
    expect(takeUnseen([], [null, null])).toEqual({ unseen: [false, false], views: [] });
  });

  it('is kept for the latest 2048 views', () => {
    const far = Array.from({ length: VIEWS_KEPT + 3 }, (_, at): View => ({
      x: 2 * at,
      z: 0,
      right: 0,
      ahead: 1,
      tS: at / 4,
      takenS: at / 4,
    }));
    const { views } = takeUnseen([], far);
    expect(views).toHaveLength(VIEWS_KEPT);
    expect(views[0]?.x).toBe(6);
  });
});

describe('views', () => {
  it('go when they are forgotten', () => {
    const walk = Array.from({ length: 30 }, (_, at): View => ({
      x: 2 * at,
      z: 0,
      right: 0,
      ahead: 1,
      tS: 30 * at,
      takenS: 30 * at,
    }));
    expect(takeUnseen([], walk).views.map(({ tS }) => tS)).toEqual(walk.slice(10).map(({ tS }) => tS));
  });

  it('come back from a tail bit for bit', () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const { views } = takeUnseen([], [...walk, ...later(walk, 40)]);
        expect(decodeTail(encodeTail({ ...tail, views })).views).toEqual(views);
      }),
    );
  });

  it('are read from a tail that was written before they could be passed by', () => {
    expect(
      decodeTail(
        writeTensors({
          ...tensors,
          views: { dtype: 'f32', dims: [1, 5], data: Float32Array.of(1, 2, 0, 1, 8) },
        }),
      ).views,
    ).toEqual([{ x: 1, z: 2, right: 0, ahead: 1, tS: 8, takenS: 8 }]);
  });

  it('are read from a camera’s pose', () => {
    const pose = Float32Array.of(
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      9,
      0.5,
      0,
      0.25,
      3,
      0,
      1,
      0,
      -1,
      -0.25,
      0,
      0.5,
      7,
      0,
      0,
      0,
      1,
    );
    expect(viewOf(pose, 16, 1.5)).toEqual({ x: 3, z: 7, right: 0.25, ahead: 0.5, tS: 1.5, takenS: 1.5 });
  });

  it('are refused in another shape, as is a pose', () => {
    for (const dims of [[1, 4], [1, 7], [6]])
      expect(() =>
        decodeTail(
          writeTensors({
            ...tensors,
            views: { dtype: 'f32', dims, data: new Float32Array(dims.reduce((a, b) => a * b)) },
          }),
        ),
      ).toThrow(TensorFormatError);
    expect(() =>
      decodeTail(
        writeTensors({ ...tensors, pose: { dtype: 'f32', dims: [3, 4], data: new Float32Array(12) } }),
      ),
    ).toThrow(TensorFormatError);
  });
});
