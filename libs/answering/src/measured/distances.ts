import type { TraceItem } from '@loci/contracts';
import { categoriesOf } from '../reading/slots.js';
import { cameraItem, standingAt } from './camera.js';
import type { Measure, Measurement, Measuring } from './measure.js';
import { between, NEAREST_M, placeIn, Places } from './places.js';
import { eighthsTo, floorPlace, type FloorPoint } from './world.js';

/** How far two things are from each other: the mean of what is told of it both ways round. */
export const apart: Measure = async (measuring) => {
  const { told, toldOtherwise } = measuring;
  const places = await Places.of(measuring);
  const metres = [told, ...toldOtherwise].flatMap((each) => metresApart(each, places) ?? []);
  if (metres.length === 0) return null;
  return { ...length(metres.reduce((sum, each) => sum + each, 0) / metres.length), trace: told.trace };
};

function metresApart(told: Measuring['told'], places: Places): number | null {
  const [first, second] = thingsIn(told);
  if (first === undefined || second === undefined) return null;
  const [from, to] = [first, second].map(({ category, place }) => places.of(category) ?? place);
  const [metres] = second.metres;
  if (from === undefined || to === undefined || metres === undefined) return null;
  return longer(metres, between(first.place, second.place), between(from, to));
}

/** How far a thing is from the camera at a moment. */
export const fromCamera: Measure = async (measuring) => {
  const seen = await seenFrom(measuring, 1);
  const [metres] = seen?.things[0]?.metres ?? [];
  return seen === null || metres === undefined ? null : { ...length(metres), trace: seen.trace };
};

/** By how much the distance of a thing from the camera changes between two moments. */
export const change: Measure = async (measuring) => {
  const seen = await seenFrom(measuring, 2);
  const [before, after] = seen?.things[0]?.metres ?? [];
  if (seen === null || before === undefined || after === undefined) return null;
  return { ...length(Math.abs(after - before)), trace: seen.trace };
};

/** Which of some things is nearest to the camera at a moment. */
export const nearest: Measure = async (measuring) => {
  const { question, unseen } = measuring;
  const seen = await seenFrom(measuring, 1);
  if (seen === null || question.options === null) return null;
  const named = question.options.map((option) => option.toLowerCase());
  const metres = named.map(
    (category) => (unseen.has(category) ? null : metresTo(category, seen)) ?? Infinity,
  );
  const [least = Infinity, next = Infinity] = metres.toSorted((one, other) => one - other);
  if (!Number.isFinite(next)) return null;
  return { option: metres.indexOf(least), margin: Math.log(next / least), trace: seen.trace };
};

/** Whether a thing is nearer to the camera than another. */
export const nearOrFar: Measure = async (measuring) => {
  const seen = await seenFrom(measuring, 1);
  const [first, second] = pairOf(measuring).map((category) => seen && metresTo(category, seen));
  if (seen === null || first == null || second == null) return null;
  return between2(measuring, ['near', 'far'], Math.log(second / first), seen.trace);
};

/** Whether a thing is to the left of another, as the camera sees them. */
export const leftOrRight: Measure = async (measuring) => {
  const [standing] = (await standingAt(measuring, 1)) ?? [];
  const pair = pairOf(measuring);
  const places = await Places.of(measuring);
  const [first, second] = pair.map((category) => places.of(category));
  if (standing === undefined || first == null || second == null) return null;
  const eighths = eighthsTo(second, standing.pose) - eighthsTo(first, standing.pose);
  // to the right by more than half a turn is to the left
  const right = ((eighths + 12) % 8) - 4;
  return between2(measuring, ['left', 'right'], right, [cameraItem(standing)]);
};

const pairOf = ({ question }: Measuring): string[] =>
  ['first', 'second'].flatMap((role) => categoriesOf(role, question.mentions).slice(0, 1));

/** The option with the first of two words where a lead is above 0, and else that with the second. */
function between2(
  { question }: Measuring,
  words: readonly [string, string],
  lead: number,
  trace: TraceItem[],
): Measurement | null {
  const word = words[lead > 0 ? 0 : 1];
  const option = (question.options ?? []).findIndex((each) => each.toLowerCase() === word);
  return option < 0 ? null : { option, margin: Math.abs(lead), trace };
}

/** A thing as the answer graph told it, with its distances from what was told before. */
interface Told {
  category: string;
  place: FloorPoint;
  metres: number[];
}

interface Seen {
  /** How far each is from the camera at each moment, in metres. */
  things: { category: string; metres: number[] }[];
  trace: TraceItem[];
}

const metresTo = (category: string, { things }: Seen): number | undefined =>
  things.find((thing) => thing.category === category)?.metres[0];

/** What the answer graph tells of things, seen from where the camera stood and where they are. */
async function seenFrom(measuring: Measuring, moments: number): Promise<Seen | null> {
  const standing = await standingAt(measuring, moments);
  if (standing === null) return null;
  const { trace } = measuring.told;
  const cameras = trace.filter(isCamera).flatMap((item) => placeIn(item) ?? []);
  const told = thingsIn(measuring.told).filter(({ metres }) => metres.length === moments);
  if (cameras.length !== moments || told.length === 0) return null;
  const places = await Places.of(measuring);
  const things = told.map(({ category, place, metres }) => ({
    category,
    metres: standing.map(({ pose }, index) => {
      const now = between(floorPlace(pose), places.of(category) ?? place);
      return longer(metres[index] ?? 0, between(cameras[index] ?? place, place), now);
    }),
  }));
  return { things, trace: [...standing.map(cameraItem), ...trace.filter((item) => !isCamera(item))] };
}

const isCamera = ({ text }: TraceItem): boolean => text.startsWith('camera ');

function thingsIn({ supported, trace }: Measuring['told']): Told[] {
  if (!supported) return [];
  return trace.flatMap((item) => {
    const place = placeIn(item);
    if (item.category === undefined || place === null) return [];
    const told = item.text.matchAll(/(?<=\s)d(\d+(?:\.\d+)?)(?=\s|$)/g);
    return [{ category: item.category, place, metres: Array.from(told, ([, metres]) => Number(metres)) }];
  });
}

/**
 * A distance between closest points is shorter than the way between two middles, by as much as the things are
 * large: it grows by as much as that way is longer than it was told to be.
 */
const longer = (metres: number, told: number, known: number): number =>
  Math.max(NEAREST_M, metres + known - told);

/** What is off is some decimetres, however long the way: a longer one is surer. */
const length = (metres: number) => ({ value: metres, margin: Math.log1p(metres) });
