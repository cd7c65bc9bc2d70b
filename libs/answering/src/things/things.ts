import { CUBE_M } from '@loci/contracts';
import { joinedCubes, neighboursOf, type Cubes, type SeenPlaces } from './cubes.js';
import type { Thing } from './thing.js';

/**
 * A place is taken to have had so many more looks that saw nothing, beside those at it and its neighbours:
 * what was seen often is meant, rather than what was seen surely, but in passing.
 */
const BLANK_LOOKS = 300;
/** A cube and its neighbours. */
const AROUND = 27;
/** Cubes belong to a thing where they are this share as likely as its likeliest. */
const SHARE = 0.5;
/** What is less likely at its likeliest place is no thing at all. */
const LEAST = 0.002;
/** Things of a category that are kept, the likeliest first. */
const MOST = 12;

/**
 * The things of a world, the likeliest of each category first. A thing is a place that is likelier than those
 * around it, with all that hangs together with it and is about as likely. Its box is of the cubes that are as
 * likely by their own looks: others are so through their neighbours alone. A pure function.
 */
export function thingsIn(parts: readonly SeenPlaces[], categories: readonly string[]): Thing[] {
  const cubes = joinedCubes(parts, categories.length);
  const near = neighboursOf(cubes);
  const likely = smoothed(cubes, near, categories.length);
  return categories.flatMap((category, k) => {
    const own = Float64Array.from(
      { length: cubes.count },
      (_, cube) => likely[cube * categories.length + k] ?? 0,
    );
    const alone = Float64Array.from(
      { length: cubes.count },
      (_, cube) =>
        (cubes.sums[cube * categories.length + k] ?? 0) / ((cubes.looks[cube] ?? 0) + BLANK_LOOKS / AROUND),
    );
    return thingsOf(category, { likely: own, alone }, cubes, near);
  });
}

/** [V, K] how likely each cube and those around it are each category: one look at one cube is little. */
function smoothed(cubes: Cubes, near: readonly number[][], width: number): Float64Array {
  const likely = new Float64Array(cubes.count * width);
  near.forEach((around, cube) => {
    let looks = 0;
    for (const other of around) {
      looks += cubes.looks[other] ?? 0;
      for (let k = 0; k < width; k += 1)
        likely[cube * width + k] = (likely[cube * width + k] ?? 0) + (cubes.sums[other * width + k] ?? 0);
    }
    for (let k = 0; k < width; k += 1)
      likely[cube * width + k] = (likely[cube * width + k] ?? 0) / (looks + BLANK_LOOKS);
  });
  return likely;
}

/** How likely cubes are a category: with those around them, and by their own looks alone. */
interface Likely {
  likely: Float64Array;
  alone: Float64Array;
}

function thingsOf(
  category: string,
  { likely, alone }: Likely,
  cubes: Cubes,
  near: readonly number[][],
): Thing[] {
  const left = new Set(Array.from(likely.keys()).filter((cube) => (likely[cube] ?? 0) >= LEAST));
  const likeliest = [...left].toSorted((one, other) => (likely[other] ?? 0) - (likely[one] ?? 0));
  const things: Thing[] = [];
  for (const start of likeliest) {
    if (things.length === MOST) break;
    if (!left.has(start)) continue;
    const likelihood = likely[start] ?? 0;
    const own = new Set([start]);
    for (const cube of own)
      for (const next of near[cube] ?? [])
        if (left.has(next) && (likely[next] ?? 0) >= SHARE * likelihood) own.add(next);
    // what lies around it is its edge, and no thing of its own
    const edged = Array.from(own, (cube) => near[cube] ?? []).flat();
    for (const cube of edged) left.delete(cube);
    // who sees its edge sees it: from far away, places are told less well
    const frames = edged.map((cube) => cubes.first[cube] ?? 0);
    const filled = [...own].filter((cube) => (alone[cube] ?? 0) >= likelihood);
    const box = boxOf(filled.length > 0 ? filled : [start], cubes);
    things.push({ category, likelihood, ...box, firstFrame: Math.min(...frames) });
  }
  return things;
}

function boxOf(own: readonly number[], { places }: Cubes): Pick<Thing, 'from' | 'to'> {
  const [x, y, z] = [0, 1, 2].map((axis) => {
    const along = own.map((cube) => places[3 * cube + axis] ?? 0);
    return { from: CUBE_M * Math.min(...along), to: CUBE_M * (1 + Math.max(...along)) };
  }) as [Ends, Ends, Ends];
  return { from: [x.from, y.from, z.from], to: [x.to, y.to, z.to] };
}

interface Ends {
  from: number;
  to: number;
}
