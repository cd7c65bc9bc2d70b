import { trajectoryErrors, type TrajectoryErrors } from '@loci/scoring';
import { table } from '../report/text.js';
import type { FollowedWalk } from './follow-walk.js';

/** About so many seconds are between the two poses of a relative error. */
const APART_S = [0.5, 1];

/** What was found of a walk beside the truth, for people. */
export function odometryTable(walk: FollowedWalk): string {
  const { pairs, fps, pictures, chained, closures, scaleFrom, scaleError, lens } = walk;
  const parts = { whole: pairs, 'second half': pairs.slice(Math.floor(pairs.length / 2)) };
  const steps = APART_S.map((apart) => Math.max(1, Math.round(apart * fps)));
  const columns = Object.entries(parts).flatMap(([part, own]) =>
    steps.map((step) => ({
      name: `${part}, over ${(step / fps).toFixed(2)} s`,
      errors: trajectoryErrors(own, step),
    })),
  );
  const rowOf = (name: string, value: (errors: TrajectoryErrors) => number | null, digits: number) => [
    name,
    ...columns.map(({ errors }) => value(errors)?.toFixed(digits) ?? '–'),
  ];
  return [
    table(
      ['odometry', ...columns.map(({ name }) => name)],
      [
        rowOf('poses', ({ poses }) => poses, 0),
        rowOf('true path, m', ({ pathM }) => pathM, 1),
        rowOf('turn, median error, °', ({ turnDeg }) => turnDeg, 2),
        rowOf('direction, median error, °', ({ directionDeg }) => directionDeg, 1),
        rowOf('RPE after scale alignment, m', ({ scaled }) => scaled?.rpeM ?? null, 3),
        rowOf('ATE before scale alignment, m', ({ rigid }) => rigid.ateM, 2),
        rowOf('ATE after scale alignment, m', ({ scaled }) => scaled?.ateM ?? null, 2),
        rowOf('ATE, % of the path', ({ scaled, pathM }) => scaled && (100 * scaled.ateM) / pathM, 1),
        rowOf('scale that aligns', ({ scale }) => scale, 2),
      ],
    ),
    `Metres come from: ${scaleFrom}; by itself off by ${(100 * scaleError).toFixed(0)} %.`,
    lens &&
      `Field of view: ${lens.fovDeg.toFixed(1)}° (focal length by itself off by ` +
        `${(100 * lens.error).toFixed(0)} %), truly ${lens.trueFovDeg.toFixed(1)}°.`,
    `Places that were known again: ${closures}.`,
    `Chained, since too few known points were seen: ${chained} of ${pictures} pictures.`,
    `Keypoints took ${walk.keypointsMs.toFixed(0)} ms a picture, the rest ${walk.odometryMs.toFixed(0)} ms.`,
  ]
    .filter((line) => line !== null)
    .join('\n\n');
}
