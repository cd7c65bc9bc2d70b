import type { ScoreTable } from '@loci/contracts';
import { heldStill, pairPoses, sum, trajectoryErrors, type TrajectoryErrors } from '@loci/scoring';
import type { StampedPose } from '@loci/localization';
import type { Walk } from '../dataset/walk.js';
import { nameOf } from './names.js';
import { decimal, table, withError } from './text.js';

/** What the service knew of a walk's camera: a trajectory, and the scores with it. */
export interface WalkPass {
  /** Null where fewer poses were found than are compared. */
  trajectory: TrajectoryErrors | null;
  tables: ScoreTable[];
  /** Questions that the service refused. */
  refused: number;
}

/**
 * A walk by itself: by what the service found, by a camera that never moves, by its own camera, and by
 * a path that is estimated through its own lens.
 */
export interface WalkScores {
  /** Seconds between the two poses of a relative error. */
  apart_s: number;
  alone: WalkPass;
  still: TrajectoryErrors | null;
  given: WalkPass;
  estimated: WalkPass;
}

/** A pass over a walk as it was summarised, with the trajectory that the service found. */
export interface SummarisedPass {
  found: readonly StampedPose[];
  report: { tables: ScoreTable[]; refusals: readonly { questions: number }[] };
}

/** Seconds that a found and a true pose may be apart. */
const WITHIN_S = 0.1;
/** About so many seconds are between the two poses of a relative error. */
const APART_S = 1;

export function walkScores(
  { poses }: Walk,
  { alone, given, estimated }: Record<'alone' | 'given' | 'estimated', SummarisedPass>,
): WalkScores {
  const duration = (alone.found.at(-1)?.tS ?? 0) - (alone.found[0]?.tS ?? 0);
  const spacing = duration / Math.max(1, alone.found.length - 1);
  const step = spacing === 0 ? 1 : Math.max(1, Math.round(APART_S / spacing));
  const errors = (pairs: ReturnType<typeof pairPoses>) =>
    pairs.length > step ? trajectoryErrors(pairs, step) : null;
  const passOf = ({ found, report }: SummarisedPass): WalkPass => ({
    trajectory: errors(pairPoses(poses, found, WITHIN_S)),
    tables: report.tables,
    refused: sum(report.refusals.map(({ questions }) => questions)),
  });
  return {
    apart_s: step * spacing,
    alone: passOf(alone),
    still: errors(heldStill(pairPoses(poses, alone.found, WITHIN_S))),
    given: passOf(given),
    estimated: passOf(estimated),
  };
}

/** The walk for people; nothing of other data sets. */
export function walkSection(walk: WalkScores | null): string[] {
  if (walk === null) return [];
  const { alone, given, estimated } = walk;
  return [
    '## The walk',
    'Where the camera was is known. _Alone_: the service finds it. _Estimated_: the job tells its lens, its' +
      ' height where that was measured, and its path is estimated. _Given_: the job tells lens and path.' +
      ' _Still_: a camera that never moves.',
    trajectoryTable(walk),
    ...alone.tables.map((scores, index) => taskTable(scores, estimated.tables[index], given.tables[index])),
    `Refused, counted as wrong: ${alone.refused} questions alone, ` +
      `${estimated.refused} with the path estimated, ${given.refused} with it given.`,
  ];
}

function trajectoryTable({ apart_s, alone, still, estimated, given }: WalkScores): string {
  const rowOf = (name: string, value: (errors: TrajectoryErrors) => number | null, digits: number) => [
    name,
    ...[alone.trajectory, still, estimated.trajectory, given.trajectory].map((errors) => {
      const found = errors === null ? null : value(errors);
      return found === null ? '–' : found.toFixed(digits);
    }),
  ];
  const over = `over ${apart_s.toFixed(1)} s`;
  return table(
    ['trajectory', 'alone', 'still', 'estimated', 'given'],
    [
      rowOf('poses compared', ({ poses }) => poses, 0),
      rowOf('true path, m', ({ pathM }) => pathM, 1),
      rowOf('ATE before scale alignment, m', ({ rigid }) => rigid.ateM, 2),
      rowOf('ATE after it, m', ({ scaled }) => scaled?.ateM ?? null, 2),
      rowOf('ATE after it, % of the path', ({ scaled, pathM }) => scaled && (100 * scaled.ateM) / pathM, 1),
      rowOf('scale that aligns', ({ scale }) => scale, 2),
      rowOf(`RPE ${over} before it, m`, ({ rigid }) => rigid.rpeM, 2),
      rowOf(`RPE ${over} after it, m`, ({ scaled }) => scaled?.rpeM ?? null, 2),
      rowOf(`RPE ${over}, °`, ({ rpeDeg }) => rpeDeg, 1),
      rowOf(`turn ${over}, median error, °`, ({ turnDeg }) => turnDeg, 1),
      rowOf(`direction ${over}, median error, °`, ({ directionDeg }) => directionDeg, 1),
    ],
  );
}

/** A benchmark's tasks that were asked: alone, and with more told of the camera. */
function taskTable(
  { benchmark, tasks, macro, micro }: ScoreTable,
  ...told: readonly (ScoreTable | undefined)[]
): string {
  const rows = tasks.flatMap((task, index) => {
    if (task.score === null) return [];
    const others = told.map((other) => {
      const same = other?.tasks[index];
      return same === undefined || same.score === null ? '–' : withError(same);
    });
    return [[task.task, withError(task), ...others, decimal(task.blind), String(task.questions)]];
  });
  const mean = macro ?? micro;
  const means = told.map((other) => other?.macro ?? other?.micro);
  const average = [
    macro === null ? 'mean over the questions' : 'mean over the tasks',
    withError(mean),
    ...means.map((other) => (other === undefined ? '–' : withError(other))),
    decimal(mean.blind),
    String(mean.questions),
  ];
  return table([nameOf(benchmark), 'alone', 'estimated', 'given', 'blind', 'questions'], [...rows, average]);
}
