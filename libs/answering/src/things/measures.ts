import type { TraceItem, UsualLength } from '@loci/contracts';
import { cameraItem, standingAt } from '../measured/camera.js';
import { placeItem, type Measure, type Measurement } from '../measured/measure.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import { categoriesOf } from '../reading/slots.js';
import { called } from './names.js';
import { asWorld, type SeenWorld } from './seen-world.js';
import { apartFrom, middleOf, sidesOf, type Box, type Thing } from './thing.js';

/** What is told of a world that eyes saw. */
export type SeenMeasure = (question: CanonicalQuestion, seen: SeenWorld) => ReturnType<Measure>;

/** Nothing is nearer than this, in metres. */
const NEAREST_M = 0.05;

/** What is off is some decimetres, however long the way. */
const length = (metres: number, trace: TraceItem[]): Measurement => {
  const value = Math.max(NEAREST_M, metres);
  return { value, margin: Math.log1p(value), trace };
};

const mentionsOf = ({ composed, mentions }: CanonicalQuestion) => composed?.mentions ?? mentions;

/** The surest thing of each name in a role, with that name. */
const inRole = (role: string, question: CanonicalQuestion, { things }: SeenWorld): [string, Thing][] =>
  categoriesOf(role, mentionsOf(question)).flatMap((name) => {
    const [thing] = called(name, things);
    return thing === undefined ? [] : [[name, thing] as [string, Thing]];
  });

const items = (found: readonly [string, Thing][]): TraceItem[] =>
  found.map(([name, thing]) => placeItem(name, middleOf(thing)));

/** How far two things are from each other, at their closest points. */
export const apart: SeenMeasure = (question, seen) => {
  const found = [...inRole('first', question, seen), ...inRole('second', question, seen)];
  const [one, other] = found;
  if (one === undefined || other === undefined) return Promise.resolve(null);
  return Promise.resolve(length(apartFrom(one[1], other[1]), items(found)));
};

/**
 * How far off a box's longest side is, as a logarithm's standard deviation: half as much or twice as much are
 * no surprise. Boxes end where a place is half as likely as its likeliest, and where points do.
 */
const SIDE_SPREAD = 0.5;

/** What was measured and what is usual, each as much as it is sure: the likeliest length of both. */
export function lengthGiven(metres: number, usual: UsualLength | undefined): number {
  if (usual === undefined) return metres;
  const [own, other] = [SIDE_SPREAD ** -2, usual.spread ** -2];
  return Math.exp((own * Math.log(metres) + other * Math.log(usual.metres)) / (own + other));
}

/** The longest side of a thing, in centimetres. */
export const size: SeenMeasure = (question, seen) => {
  const found = inRole('target', question, seen);
  const [longest] = found.map(([, thing]) =>
    lengthGiven(sidesOf(thing)[0] ?? NEAREST_M, seen.usual.get(thing.category)),
  );
  return Promise.resolve(
    longest === undefined ? null : { value: 100 * longest, margin: 0, trace: items(found) },
  );
};

/** Which of some things is nearest to another. */
export const nearest: SeenMeasure = (question, seen) => {
  const [anchor] = inRole('anchor', question, seen);
  if (anchor === undefined) return Promise.resolve(null);
  return Promise.resolve(nearestOf(question, seen, anchor[1], items([anchor])));
};

/** Which of some things is nearest to the camera at a moment. */
export const nearestToCamera: SeenMeasure = async (question, seen) => {
  const [standing] = (await standingAt({ question, world: asWorld(seen, []) }, 1)) ?? [];
  return standing === undefined
    ? null
    : nearestOf(question, seen, pointOf(standing.pose), [cameraItem(standing)]);
};

function nearestOf(
  question: CanonicalQuestion,
  seen: SeenWorld,
  from: Box,
  trace: TraceItem[],
): Measurement | null {
  const found = inRole('candidate', question, seen);
  const metres = (question.options ?? []).map((_, option) => {
    const named = mentionsOf(question).find(({ source, thing }) => source === option + 1 && thing !== null);
    const own = found.find(([name]) => name === (named?.thing ?? question.options?.[option]?.toLowerCase()));
    return own === undefined ? Infinity : apartFrom(own[1], from);
  });
  const [least = Infinity, next = Infinity] = metres.toSorted((one, other) => one - other);
  if (!Number.isFinite(least)) return null;
  const margin = Number.isFinite(next) ? next - least : least;
  return { option: metres.indexOf(least), margin, trace: [...trace, ...items(found)] };
}

/** How far a thing is from the camera at a moment, at its closest point. */
export const fromCamera: SeenMeasure = async (question, seen) => {
  const distances = await distancesOf(question, seen, 1);
  return distances === null ? null : length(distances.metres[0] ?? 0, distances.trace);
};

/** By how much that changes between two moments. */
export const change: SeenMeasure = async (question, seen) => {
  const distances = await distancesOf(question, seen, 2);
  const [before = 0, after = 0] = distances?.metres ?? [];
  return distances === null ? null : length(Math.abs(after - before), distances.trace);
};

async function distancesOf(question: CanonicalQuestion, seen: SeenWorld, moments: number) {
  const found = inRole('target', question, seen);
  const [target] = found;
  const standing = await standingAt({ question, world: asWorld(seen, []) }, moments);
  if (target === undefined || standing === null) return null;
  return {
    metres: standing.map(({ pose }) => apartFrom(target[1], pointOf(pose))),
    trace: [...standing.map(cameraItem), ...items(found)],
  };
}

function pointOf(pose: readonly number[]): Box {
  const place = [pose[3] ?? 0, pose[7] ?? 0, pose[11] ?? 0] as const;
  return { from: place, to: place };
}

/** The second at which a thing was first in view. */
export const firstSeen: SeenMeasure = (question, seen) => {
  const [target] = inRole('target', question, seen);
  if (target === undefined) return Promise.resolve(null);
  const [name, { firstFrame }] = target;
  const seconds = firstFrame / seen.fps;
  return Promise.resolve({
    ...{ value: seconds, margin: 0 },
    trace: [{ text: `${name} t${seconds}`, category: name, first_seen_s: seconds }],
  });
};

/** That there is one; what there is none of was answered for before. */
export const existence: SeenMeasure = (question, seen) =>
  Promise.resolve({ text: 'yes', margin: 0, trace: items(inRole('target', question, seen)) });
