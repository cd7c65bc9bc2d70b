import type { Answer, TraceItem } from '@loci/contracts';
import type { Thing } from './rooms.js';

/** A thing that stands within this of its place is where it should be; metres. */
const NEAR_M = 0.5;

/** The task whose trace names each thing that was counted. */
const COUNTING = 'object_counting';

/** Where an answer went astray, in a sentence: by its trace, beside the room as it really is. */
export function whyWrong(
  questionType: string,
  { message, trace }: Pick<Answer, 'message' | 'trace'>,
  room: readonly Thing[],
): string {
  if (message !== null) return `It was refused: ${message}`;
  const counted = questionType === COUNTING ? wrongCount(trace, room) : null;
  if (counted !== null) return counted;
  const placed = trace.flatMap((item) => misplaced(item, room) ?? []);
  const [worst] = placed.sort((a, b) => b.metres - a.metres);
  if (worst === undefined) return 'What it was reasoned from cannot be compared with the room.';
  if (worst.metres >= NEAR_M)
    return `It took the ${worst.category} to be ${worst.metres.toFixed(1)} m from where it stands.`;
  return 'It knew where the things stand, and drew the wrong conclusion.';
}

function wrongCount(trace: readonly TraceItem[], room: readonly Thing[]): string | null {
  const category = trace[0]?.category;
  const there = room.filter((thing) => thing.category === category).length;
  if (category === undefined || there === trace.length) return null;
  return `It found ${trace.length} of category “${category}”, where there are ${there}.`;
}

/** How far a thing was taken to be from the nearest of its kind. */
function misplaced(
  { category, position }: TraceItem,
  room: readonly Thing[],
): { category: string; metres: number } | null {
  if (category === undefined || position === undefined) return null;
  const own = room.filter((thing) => thing.category === category);
  const metres = own.map((thing) =>
    Math.hypot(thing.position[0] - position[0], thing.position[1] - position[2]),
  );
  return own.length === 0 ? null : { category, metres: Math.min(...metres) };
}
