import { eighthsBetween } from './world.js';

/** What names a way in an option, the longer names first, with its eighths from straight ahead. */
const NAMED_WAYS: readonly (readonly [words: readonly string[], eighth: number])[] = [
  [['front', 'right'], 1],
  [['back', 'right'], 3],
  [['back', 'left'], 5],
  [['front', 'left'], 7],
  [['front'], 0],
  [['ahead'], 0],
  [['forward'], 0],
  [['forwards'], 0],
  [['right'], 2],
  [['back'], 4],
  [['behind'], 4],
  [['backward'], 4],
  [['backwards'], 4],
  [['left'], 6],
];

/** The option that a way is likest, and by how many eighths of a turn it is nearer than the next one. */
export interface LikestWay {
  option: number;
  margin: number;
}

/** Null where no option names a way. */
export function likestWay(eighths: number, options: readonly string[]): LikestWay | null {
  const apart = options.map((option) => {
    const words: string[] = option.toLowerCase().match(/[a-z]+/g) ?? [];
    const way = NAMED_WAYS.find(([own]) => own.every((word) => words.includes(word)));
    return way === undefined ? Infinity : eighthsBetween(eighths, way[1]);
  });
  return nearestOf(apart);
}

const TURNS: Readonly<Record<string, number>> = { left: 6, right: 2, back: 4 };

/** The option whose turns are likest, and by how many eighths of a turn it is nearer than the next one. */
export function likestTurns(turns: readonly number[], options: readonly string[]): LikestWay | null {
  const apart = options.map((option) => {
    const words: string[] = option.toLowerCase().match(/\b(?:left|right|back)\b/g) ?? [];
    if (words.length !== turns.length) return Infinity;
    return Math.hypot(...words.map((word, turn) => eighthsBetween(turns[turn] ?? 0, TURNS[word] ?? 0)));
  });
  return nearestOf(apart);
}

function nearestOf(apart: readonly number[]): LikestWay | null {
  const [least = Infinity, next = Infinity] = apart.toSorted((one, other) => one - other);
  if (!Number.isFinite(least)) return null;
  return { option: apart.indexOf(least), margin: Number.isFinite(next) ? next - least : least };
}
