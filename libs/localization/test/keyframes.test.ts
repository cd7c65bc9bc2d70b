import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { selectKeyframes, selectViews, viewOf, type KeyframeView } from '../src/keyframes.js';
import { KEYFRAMES } from '../src/parameters.js';

/** Chunk after chunk: frames as x, z, right, ahead, seconds; how many views are known after each. */
interface Case {
  steps: {
    frames: [x: number, z: number, right: number, ahead: number, timeS: number][];
    localized: boolean[];
    keyframes: boolean[];
    views: number;
  }[];
}
/** A change of these is a change of behaviour. */
const { cases } = JSON.parse(readFileSync(new URL('fixtures/keyframes.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** A pose [4, 4] that looks level from a place. */
const poseOf = ({ x, z, right, ahead }: Pick<KeyframeView, 'x' | 'z' | 'right' | 'ahead'>): number[] => [
  ...[ahead, 0, right, x],
  ...[0, 1, 0, 0],
  ...[-right, 0, ahead, z],
  ...[0, 0, 0, 1],
];
const metres = fc.float({ min: -9, max: 9, noNaN: true, noDefaultInfinity: true });
const anyView = (timeS: number): fc.Arbitrary<KeyframeView> =>
  fc.record({ x: metres, z: metres, yaw: metres }).map(({ x, z, yaw }) => ({
    x,
    z,
    right: Math.fround(Math.sin(yaw)),
    ahead: Math.fround(Math.cos(yaw)),
    timeS,
  }));
/** A walk at two frames a second. */
const anyWalk = fc
  .integer({ min: 1, max: 40 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, frame) => anyView(frame / 2))));
const later = (walk: readonly KeyframeView[], seconds: number): KeyframeView[] =>
  walk.map((view) => ({ ...view, timeS: view.timeS + seconds }));

describe.each(cases.map((fixture, index) => [index, fixture] as const))(
  'the keyframes of fixture %i',
  (_, { steps }) => {
    it('are selected chunk after chunk as they are written down', () => {
      let views: KeyframeView[] = [];
      for (const { frames, localized, keyframes, views: count } of steps) {
        const looks = frames
          .filter((_row, frame) => localized[frame])
          .map(([x, z, right, ahead, timeS]) => ({ x, z, right, ahead, timeS }));
        const selection = selectKeyframes(
          views,
          Float32Array.from(looks.flatMap(poseOf)),
          looks.map(({ timeS }) => timeS),
        );
        expect(selection.keyframes).toEqual(keyframes.filter((_flag, frame) => localized[frame]));
        expect(selection.views).toHaveLength(count);
        views = selection.views;
      }
    });
  },
);

describe('the keyframes of a walk', () => {
  it('are none of a second round, wherever it led', () => {
    fc.assert(
      fc.property(anyWalk, fc.integer({ min: 31, max: 1700 }), (walk, seconds) => {
        const first = selectViews([], walk);
        const again = selectViews(first.views, later(walk, seconds));
        expect(again.keyframes).not.toContain(true);
        expect(again.views.slice(0, first.views.length)).toEqual(first.views);
        const third = selectViews(again.views, later(walk, seconds + 31));
        expect(third.keyframes).not.toContain(true);
        expect(third.views).toEqual(again.views);
      }),
    );
  });

  it('are none of the third and fourth round of a walk of six minutes', () => {
    const walk = Array.from({ length: 720 }, (_, frame): KeyframeView => ({
      x: Math.fround(Math.cos(frame / 100)),
      z: Math.fround(Math.sin(frame / 100)),
      right: Math.fround(Math.sin(frame / 40)),
      ahead: Math.fround(Math.cos(frame / 40)),
      timeS: frame / 2,
    }));
    const rounds = [0, 1, 2, 3].flatMap((round) => later(walk, 360 * round));
    expect(selectViews([], rounds).keyframes.lastIndexOf(true)).toBeLessThan(walk.length);
  });

  it('are all of it once more after an hour, should things have moved', () => {
    fc.assert(
      fc.property(anyWalk, fc.integer({ min: 31, max: 3000 }), (walk, between) => {
        const { keyframes, views } = selectViews([], walk);
        expect(selectViews(views, later(walk, 3700)).keyframes).toEqual(keyframes);
        expect(
          selectViews(selectViews(views, later(walk, between)).views, later(walk, 3700)).keyframes,
        ).toEqual(keyframes);
      }),
    );
  });

  it('are what goes on at one place for some seconds, and what a camera sees that looks straight up', () => {
    const standing = Array.from({ length: 41 }, (_, frame): KeyframeView => ({
      x: 1,
      z: 2,
      right: 0,
      ahead: 1,
      timeS: frame / 2,
    }));
    expect(selectViews([], standing).keyframes.lastIndexOf(true)).toBe(20);
    expect(
      selectViews(
        [],
        standing.map((view) => ({ ...view, ahead: 0 })),
      ).keyframes,
    ).not.toContain(false);
  });

  it('are none of no frames', () => {
    expect(selectKeyframes([], new Float32Array(0), [])).toEqual({ keyframes: [], views: [] });
  });

  it('are told from the latest 2048 views', () => {
    const far = Array.from({ length: KEYFRAMES.maxViews + 3 }, (_, frame): KeyframeView => ({
      x: 2 * frame,
      z: 0,
      right: 0,
      ahead: 1,
      timeS: frame / 4,
    }));
    const { views } = selectViews([], far);
    expect(views).toHaveLength(KEYFRAMES.maxViews);
    expect(views[0]?.x).toBe(6);
  });
});

describe('views', () => {
  it('go when they are forgotten', () => {
    const walk = Array.from({ length: 30 }, (_, frame): KeyframeView => ({
      x: 2 * frame,
      z: 0,
      right: 0,
      ahead: 1,
      timeS: 180 * frame,
    }));
    expect(selectViews([], walk).views.map(({ timeS }) => timeS)).toEqual(
      walk.slice(10).map(({ timeS }) => timeS),
    );
  });

  it('are read from a camera’s pose', () => {
    const pose = poseOf({ x: 3, z: 7, right: 0.25, ahead: 0.5 });
    const poses = Float32Array.from([...new Array<number>(16).fill(9), ...pose]);
    expect(viewOf(poses, 1, 1.5)).toEqual({ x: 3, z: 7, right: 0.25, ahead: 0.5, timeS: 1.5 });
  });
});
