import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { IDENTITY, apply, compose, type RigidTransform2D } from '../src/geometry/rigid-transform-2d.js';
import { clusterVotes } from '../src/landmarks/cluster-votes.js';
import { transformLandmarks } from '../src/landmarks/landmark.js';
import { mergeLandmarks } from '../src/landmarks/merge.js';
import { placementScore } from '../src/landmarks/placement-score.js';
import { registerToLandmarks } from '../src/landmarks/register.js';
import { closeLoop, relocalize } from '../src/landmarks/relocalize.js';
import { updateTracking } from '../src/tracking.js';
import {
  correspondencesFrom,
  landmark,
  landmarkRows,
  landmarksFrom,
  nothingAgainst,
  room,
  transformRow,
  worldFrom,
  worldRows,
  type CorrespondenceRow,
  type LandmarkRow,
  type TransformRow,
  type WorldRows,
} from './landmark-rows.js';

/** A room's landmarks, what is seen of it from various places, and what each function is to give. */
interface Case {
  votes: LandmarkRow[];
  clusters: LandmarkRow[];
  landmarks: LandmarkRow[];
  sightings: LandmarkRow[];
  nearby: LandmarkRow[];
  elsewhere: LandmarkRow[];
  shared: CorrespondenceRow[];
  merged: LandmarkRow[];
  registered: TransformRow;
  relocalized: TransformRow | null;
  relocalizedElsewhere: TransformRow | null;
  loopClosed: TransformRow;
  logOdds: number;
  tracked: {
    objects: LandmarkRow[];
    freshObjects: LandmarkRow[];
    shared: CorrespondenceRow[] | null;
    world: WorldRows;
    correction: TransformRow;
    after: WorldRows;
  }[];
}
/** A change of these numbers is a change of behaviour. */
const { cases } = JSON.parse(readFileSync(new URL('fixtures/landmarks.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** Every number within a millionth, everything else the same. */
function expectAlike(found: unknown, wanted: unknown): void {
  if (typeof wanted === 'number') expect(Math.abs((found as number) - wanted)).toBeLessThan(1e-6);
  else if (typeof wanted !== 'object' || wanted === null) expect(found).toEqual(wanted);
  else {
    expect(Object.keys(found as object).sort()).toEqual(Object.keys(wanted).sort());
    for (const [key, value] of Object.entries(wanted))
      expectAlike((found as Record<string, unknown>)[key], value);
  }
}

describe.each(cases.map((fixture, index) => [index, fixture] as const))(
  'landmarks of fixture %i',
  (_, fixture) => {
    it('come out as they are written down', () => {
      const [landmarks, sightings, nearby, elsewhere] = [
        fixture.landmarks,
        fixture.sightings,
        fixture.nearby,
        fixture.elsewhere,
      ].map(landmarksFrom) as [never[], never[], never[], never[]];
      const shared = correspondencesFrom(fixture.shared);
      expectAlike(landmarkRows(clusterVotes(landmarksFrom(fixture.votes))), fixture.clusters);
      expectAlike(landmarkRows(mergeLandmarks(landmarks, nearby)), fixture.merged);
      expectAlike(transformRow(registerToLandmarks(shared, nearby, landmarks)), fixture.registered);
      expectAlike(transformRow(relocalize(sightings, landmarks)), fixture.relocalized);
      expectAlike(transformRow(relocalize(elsewhere, landmarks)), fixture.relocalizedElsewhere);
      expectAlike(transformRow(closeLoop(IDENTITY, sightings, landmarks)), fixture.loopClosed);
      expectAlike(placementScore(nearby, landmarks).logOdds, fixture.logOdds);
    });

    it('are tracked chunk after chunk as they are written down', () => {
      for (const step of fixture.tracked) {
        const { correction, world } = updateTracking(
          {
            objects: landmarksFrom(step.objects),
            freshObjects: landmarksFrom(step.freshObjects),
            shared: step.shared && correspondencesFrom(step.shared),
            replay: null,
            pictured: 0,
            contradictions: nothingAgainst,
          },
          worldFrom(step.world),
        );
        expectAlike(transformRow(correction), step.correction);
        expectAlike(worldRows(world), step.after);
      }
    });
  },
);

const anySeed = fc.nat({ max: 2 ** 31 });
const anyTransform = fc
  .tuple(
    fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
    fc.double({ min: -9, max: 9, noNaN: true }),
    fc.double({ min: -9, max: 9, noNaN: true }),
  )
  .map(([yaw, x, z]): RigidTransform2D => ({ cos: Math.cos(yaw), sin: Math.sin(yaw), x, z }));
const inverse = ({ cos, sin, x, z }: RigidTransform2D): RigidTransform2D => ({
  cos,
  sin: -sin,
  ...apply({ cos: -cos, sin: sin, x: 0, z: 0 }, { x, z }),
});
/** How far apart two transforms carry the room's corners at most. */
const furthestApart = (a: RigidTransform2D, b: RigidTransform2D): number =>
  Math.max(
    ...[
      { x: 3, z: 3 },
      { x: -3, z: 3 },
      { x: 3, z: -3 },
    ].map((corner) =>
      Math.hypot(apply(a, corner).x - apply(b, corner).x, apply(a, corner).z - apply(b, corner).z),
    ),
  );

describe('looking for a place among landmarks', () => {
  it('finds any transform from which a room’s objects are seen', () => {
    fc.assert(
      fc.property(anySeed, anyTransform, (seed, transform) => {
        const found = relocalize(transformLandmarks(room(seed), inverse(transform)), room(seed));
        expect(found).not.toBeNull();
        expect(furthestApart(found!, transform)).toBeLessThan(1e-6);
        expect(furthestApart(compose(transform, inverse(transform)), IDENTITY)).toBeLessThan(1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bits each time, and never a number that is none', () => {
    fc.assert(
      fc.property(anySeed, anyTransform, fc.nat({ max: 8 }), (seed, transform, count) => {
        const objects = transformLandmarks(room(seed + 1), transform).slice(0, count);
        const update = () =>
          updateTracking(
            {
              objects,
              freshObjects: objects,
              shared: [],
              replay: null,
              pictured: 0,
              contradictions: nothingAgainst,
            },
            { landmarks: room(seed), tracking: { status: 'localized', place: 0 } },
          );
        const once = update();
        expect(update()).toEqual(once);
        expect(
          [...transformRow(once.correction)!, ...landmarkRows(once.world.landmarks).flat()].every(
            Number.isFinite,
          ),
        ).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('landmarks', () => {
  it('are at most 128, the heaviest', () => {
    const many = Array.from({ length: 150 }, (_, index) =>
      landmark({ category: 3, x: 2 * index, z: 0, weight: index + 1, news: index + 1 }),
    );
    const kept = mergeLandmarks([], many);
    expect(kept).toHaveLength(128);
    expect(Math.min(...kept.map(({ weight }) => weight))).toBe(23);
  });
});
