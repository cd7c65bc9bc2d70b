import type { TraceItem } from '@loci/contracts';
import { routeOf } from '../reading/route.js';
import { categoriesOf } from '../reading/slots.js';
import { placeItem, type Measure, type Measuring } from './measure.js';
import { between, NEAREST_M, Places } from './places.js';
import { likestTurns, likestWay } from './ways.js';
import { eighthsFrom, surestOf, thingsAmong, type FloorPoint } from './world.js';

/**
 * How many things of a category stand in the world. What was surely not perceived was answered for before:
 * where localization is certain of none, there is one.
 */
export const count: Measure = async ({ question, world }) => {
  const landmarks = await world.landmarks();
  const [category] = categoriesOf('target', question.mentions);
  if (landmarks === null || category === undefined) return null;
  const own = thingsAmong(landmarks).filter((thing) => thing.category === category);
  if (own.length === 0) return { value: 1, margin: 0, trace: [] };
  const trace = own.map((thing) => placeItem(category, thing));
  // the more there are, the likelier one is missed or seen double
  return { value: own.length, margin: 1 / own.length, trace };
};

/** By so much, as a logarithm, the nearest must be nearer than the next one: middles alone are known. */
const CLEARLY_NEARER = 0.1;

/**
 * Which of some things is nearest to another. Null where localization does not know one of them, or two are
 * about as near: the answer graph knows how large things are too. What the video did not show is not chosen.
 */
export const nearestThing: Measure = async ({ question, world, unseen }) => {
  const landmarks = (await world.landmarks()) ?? [];
  const { mentions, options } = question;
  const [anchor] = categoriesOf('anchor', mentions);
  const named = (options ?? []).map(
    (option, index) =>
      mentions.find(({ source, thing }) => source === index + 1 && thing !== null)?.thing ??
      option.toLowerCase(),
  );
  const place = surestOf(anchor ?? '', landmarks);
  if (place === undefined) return null;
  const shown = named.filter((category) => !unseen.has(category));
  const things = shown.flatMap((category) => surestOf(category, landmarks) ?? []);
  // a thing may be asked about as the nearest to itself
  const metres = things.map((thing) => Math.max(NEAREST_M, between(place, thing)));
  const [least = NaN, next = NaN] = metres.toSorted((one, other) => one - other);
  const margin = Math.log(next / least);
  const nearest = things[metres.indexOf(least)];
  if (nearest === undefined || things.length < shown.length || !(margin >= CLEARLY_NEARER)) return null;
  const trace = [place, ...things].map((thing) => placeItem(thing.category, thing));
  return { option: named.indexOf(nearest.category), margin, trace };
};

/** Where a thing is for who stands at another and faces a third. */
export const direction: Measure = async (measuring) => {
  const { question } = measuring;
  const named = ['at', 'facing', 'target'].flatMap((role) =>
    categoriesOf(role, question.mentions).slice(0, 1),
  );
  const placed = await placesOf(named, measuring);
  const [at, facing, target] = placed?.places ?? [];
  if (placed === null || at === undefined || facing === undefined || target === undefined) return null;
  const way = likestWay(eighthsFrom(at, facing, target), question.options ?? []);
  return way === null ? null : { ...way, trace: placed.trace };
};

/** Which turns lead from stop to stop. */
export const route: Measure = async (measuring) => {
  const { question } = measuring;
  const steps = routeOf(question.mentions, question.asked, question.options);
  const begin = ['at', 'facing'].flatMap((role) => categoriesOf(role, question.mentions).slice(0, 1));
  const placed = await placesOf([...begin, ...steps.flatMap(({ to }) => to ?? [])], measuring);
  const [at, facing, ...stops] = placed?.places ?? [];
  if (placed === null || at === undefined || facing === undefined || begin.length < 2) return null;
  const turns: number[] = [];
  let [stands, faces]: [FloorPoint, FloorPoint] = [at, facing];
  let isTurning = false;
  for (const { to } of steps) {
    const next = to === null ? undefined : stops.shift();
    if (next === undefined) {
      isTurning = true;
      continue;
    }
    if (isTurning) turns.push(eighthsFrom(stands, faces, next));
    // who has arrived looks on the way that they came
    [stands, faces, isTurning] = [next, { x: 2 * next.x - stands.x, z: 2 * next.z - stands.z }, false];
  }
  const likest = likestTurns(turns, question.options ?? []);
  return likest === null ? null : { ...likest, trace: placed.trace };
};

/** Where these things stand, in their order; null where nobody tells of one. */
async function placesOf(
  categories: readonly string[],
  measuring: Measuring,
): Promise<{ places: FloorPoint[]; trace: TraceItem[] } | null> {
  const known = await Places.of(measuring);
  const found = categories.flatMap((category) => {
    const place = known.of(category);
    return place === null ? [] : [{ place, item: placeItem(category, place) }];
  });
  if (found.length < categories.length) return null;
  return { places: found.map(({ place }) => place), trace: found.map(({ item }) => item) };
}
