import type { TraceItem } from '@loci/contracts';
import { rounded, type Measure, type Measuring } from './measure.js';
import { eighthsTo, floorPlace, type Pose } from './world.js';
import { likestWay } from './ways.js';

/** How far the camera is at one moment from where it was at another. */
export const displacement: Measure = async (measuring) => {
  const ends = await standingAt(measuring, 2);
  if (ends === null) return null;
  const [from, to] = ends.map(({ pose }) => pose);
  const metres = Math.hypot(...AXES.map((axis) => (to?.[axis] ?? 0) - (from?.[axis] ?? 0)));
  // what is off is some decimetres, however long the way: a longer one is surer
  return { value: metres, margin: Math.log1p(metres), trace: ends.map(cameraItem) };
};

/** Which way the camera went between two moments, as seen from the first. */
export const movement: Measure = async (measuring) => {
  const ends = await standingAt(measuring, 2);
  const [from, to] = ends ?? [];
  if (ends === null || from === undefined || to === undefined) return null;
  const eighths = eighthsTo(floorPlace(to.pose), from.pose);
  const way = likestWay(eighths, measuring.question.options ?? []);
  return way === null ? null : { ...way, trace: ends.map(cameraItem) };
};

/** Where a pose has the camera's place. */
const AXES = [3, 7, 11] as const;

export interface Standing {
  seconds: number;
  pose: Pose;
}

/** The camera at the moments of a question, the earliest first; null where one of so many is not known. */
export async function standingAt(
  { question, world }: Pick<Measuring, 'question' | 'world'>,
  count: number,
): Promise<Standing[] | null> {
  const standing: Standing[] = [];
  const moments = Object.values(question.moments).toSorted((one, other) => one - other);
  for (const seconds of moments) {
    const pose = await world.poseAt(seconds);
    if (pose !== null) standing.push({ seconds, pose });
  }
  return standing.length === count && moments.length === count ? standing : null;
}

export const cameraItem = ({ seconds, pose }: Standing): TraceItem => {
  const [x = 0, y = 0, z = 0] = AXES.map((axis) => rounded(pose[axis] ?? 0));
  return { text: `camera t${seconds} x${x} z${z}`, position: [x, y, z] };
};
