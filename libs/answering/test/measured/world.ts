import {
  answerQuestion,
  type AskGraph,
  type ComposedAnswer,
  type Glimpse,
  type Landmark,
  type OccupiedCell,
  type Pose,
  type World,
} from '../../src/index.js';
import { asked, CLOCK } from '../reading/asked.js';
import { READER } from '../reading/bundle.js';

/** A camera at (x, y, z) that looks so many degrees to the right of the world's z axis. */
export function standing([x, y, z]: [number, number, number], degrees: number): Pose {
  const turn = (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
  return [cos, 0, sin, x, 0, 1, 0, y, -sin, 0, cos, z, 0, 0, 0, 1];
}

const MEASURED = [
  ...['room_size_estimation', 'object_rel_distance'],
  ...['object_counting', 'object_abs_distance', 'object_rel_direction', 'route_planning'],
  'obj_appearance_order',
  ...['camera_displacement', 'camera_movement_direction', 'camera_obj_abs_dist', 'camera_obj_rel_dist'],
  ...['camera_obj_dist_change', 'obj_obj_relative_pos_nf', 'obj_obj_relative_pos_lr'],
];
/** A bundle that measures all that can be measured: an answer is as sure as sigmoid(margin). */
export const MEASURING: typeof READER = {
  ...READER,
  calibration: {
    ...READER.calibration,
    measured: Object.fromEntries(MEASURED.map((task) => [task, { bias: 0, margin: 1 }])),
  },
};

export const landmark = (category: string, x: number, z: number, certainty = 0.9): Landmark => ({
  ...{ category, x, z, certainty },
});

/** A world of these things, through which the camera went. */
export const worldOf = (
  things: readonly Landmark[] | null,
  path: Readonly<Record<number, Pose>> = {},
  glimpses: readonly Glimpse[] | null = null,
  occupancy: readonly OccupiedCell[] | null = null,
): World => ({
  poseAt: (seconds) => Promise.resolve(path[seconds] ?? null),
  landmarks: () => Promise.resolve(things),
  glimpses: () => Promise.resolve(glimpses),
  occupancy: () => Promise.resolve(occupancy),
});

/** A world of which nothing is known but when its things were first in view. */
export const seenAt = (firstSeenS: Readonly<Record<string, number>>): World =>
  worldOf(
    [],
    {},
    Object.entries(firstSeenS).map(([category, seconds]) => ({ category, x: 0, z: 0, seconds })),
  );

const EVIDENCE = [{ entryKind: 'episodic' as const, slot: 3, frame: 8, tS: 4, weight: 0.5 }];

/** The answer to a question in a world, where the graph writes a text to whatever it is asked, or by that. */
export function answered(
  question: Parameters<typeof asked>,
  {
    world,
    writes = '',
    manifest = MEASURING,
    seen = null,
  }: {
    world: World | null;
    writes?: string | ((put: string) => string);
    manifest?: typeof READER;
    seen?: number[] | null;
  },
): Promise<ComposedAnswer> {
  const ask: AskGraph = ({ question: put }) => {
    const text = typeof writes === 'string' ? writes : writes(put);
    const logProbabilities = Float32Array.from(text.split(' '), () => -0.1);
    return Promise.resolve({ text, logProbabilities, evidence: EVIDENCE });
  };
  const unknown = { seen, lastSeenS: null, lastPose: null, poseAt: null };
  const parts = { ask, manifest, clock: CLOCK, novelty: 1, world, ...unknown };
  return answerQuestion(asked(...question), parts);
}

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
