import { clockSeconds, numberOf, NUMBER_WORDS, UNIT_SECONDS } from './moment-words.js';

/** How long the video is, as far as an answer may know it. Its seconds count from the first picture. */
export interface Clock {
  /** When a player shows the first picture, in seconds of its clock; people name seconds of that. */
  startS: number;
  /** Seconds from 0 that a question may ask about. */
  durationS: number;
  /** The first moment that the memory can be asked as of. */
  firstStateS: number;
  /** The last whole second that the memory knows. */
  lastS: number;
  /** A moment of the video by the memory's own clock, which the answer graph goes by. */
  memoryS: (videoS: number) => number;
}

/**
 * A mention of a moment as seconds: one, or the two ends of a span; `frames` where it is a frame of a number
 * not told.
 */
export type ParsedMoments = { seconds: number[] } | { fault: 'unreadable' | 'frames' };

/** Words that say nothing of when. */
const FILLERS = new Set(
  (
    'at the about around exactly mark in into after video clip t = of from to until till by on this that ' +
    'whole full just roughly approximately right point time moment only very memory recording footage walk ' +
    'film movie later there'
  ).split(' '),
);
const STARTS = new Set(['start', 'beginning', 'outset', 'begin', 'opening', 'started', 'begins', 'starts']);
const ENDS = new Set(['end', 'finish', 'now', 'ending', 'ended', 'ends', 'finished', 'currently', 'close']);
const MIDDLES = new Set(['middle', 'halfway', 'midway', 'midpoint']);

/** What the pattern below leaves of `12th`. */
const ORDINAL_ENDINGS = new Set(['st', 'nd', 'rd', 'th']);
const TOKEN = /\d+(?::\d{1,2}){1,2}(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|\p{L}+/gu;

/**
 * Reads a moment by rule: `0:45`, `1m30s`, `two and a half minutes`, `first 10 seconds`, `halfway`, `frame
 * 12`.
 * @param frames how many frames the question says there are; null where it says nothing
 */
export function parseMoment(text: string, clock: Clock, frames: number | null = null): ParsedMoments {
  const words = (text.toLowerCase().match(TOKEN) ?? []).filter((word) => !ORDINAL_ENDINGS.has(word));
  const isFrame = words.some((word) => word === 'frame' || word === 'frames');
  const told = words.filter((word) => !FILLERS.has(word) && word !== 'frame' && word !== 'frames');
  const amount = parseAmount(told.filter((word) => !isAnchor(word)));
  const has = (anchors: ReadonlySet<string>): boolean => told.some((word) => anchors.has(word));

  if (amount === 'unreadable') return { fault: 'unreadable' };
  if (amount !== null && amount.isBare && (isFrame || frames !== null)) {
    if (frames === null || frames <= 0) return { fault: 'frames' };
    return { seconds: [(amount.seconds / frames) * clock.durationS] };
  }
  const spans = told.some((word) => word === 'first' || word === 'last');
  if (amount === null) {
    const span = told.map((word) => UNIT_SECONDS.get(word)).find((unit) => unit !== undefined);
    if (spans && span !== undefined) return spanOf(told, span, clock);
    if (told.includes('last') || has(ENDS)) return { seconds: [clock.lastS] };
    if (told.includes('first') || has(STARTS)) return { seconds: [0] };
    return has(MIDDLES) ? { seconds: [clock.durationS / 2] } : { fault: 'unreadable' };
  }
  if (spans) return spanOf(told, amount.seconds, clock);
  if (told.includes('ago') || (told.includes('before') && has(ENDS)))
    return { seconds: [clock.lastS - amount.seconds] };
  return { seconds: [sincePicture(amount.seconds, clock)] };
}

/** Whether a mention of a moment tells an end of something alone: `at the start`, `in the end`. */
export function isEndAlone(text: string): boolean {
  const words = (text.toLowerCase().match(TOKEN) ?? []).filter((word) => !FILLERS.has(word));
  return words.length > 0 && words.every((word) => STARTS.has(word) || ENDS.has(word));
}

/** A player's second from the first picture on. The second in which that is shown is its start. */
function sincePicture(seconds: number, { startS }: Clock): number {
  const since = seconds - startS;
  return since < 0 && since > -1 ? 0 : since;
}

const isAnchor = (word: string): boolean =>
  STARTS.has(word) ||
  ENDS.has(word) ||
  MIDDLES.has(word) ||
  word === 'first' ||
  word === 'last' ||
  word === 'before' ||
  word === 'ago';

const spanOf = (words: readonly string[], seconds: number, { lastS }: Clock): ParsedMoments => ({
  seconds: words.includes('last') ? [lastS - seconds, lastS] : [0, seconds],
});

interface Amount {
  seconds: number;
  /** A number without a unit. */
  isBare: boolean;
}

/**
 * A sum of numbers with their units; null where there is no number, `unreadable` where other words stand
 * among them.
 */
function parseAmount(words: readonly string[]): Amount | null | 'unreadable' {
  let total = 0;
  let pending: number | null = null;
  let lastUnit: number | null = null;
  let unitAhead: number | null = null;
  let told = false;
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    const unit = UNIT_SECONDS.get(word);
    const clock = clockSeconds(word);
    const number = numberOf(word);
    if (word === 'and') continue;
    if (clock !== null) total += clock;
    else if (word === 'half') {
      const nextUnit =
        next === undefined ? undefined : (UNIT_SECONDS.get(next) ?? (next === 'a' ? 0 : undefined));
      // "a minute and a half" is half of the unit before it
      if (pending === null && lastUnit !== null && nextUnit === undefined) total += lastUnit / 2;
      else pending = (pending ?? 0) + 0.5;
    } else if (word === 'a' || word === 'an') {
      if (next !== undefined && UNIT_SECONDS.has(next) && pending === null) pending = 1;
    } else if (number !== null) {
      if (pending === null) pending = number;
      else if (NUMBER_WORDS.has(word) && pending >= 20 && pending % 10 === 0 && number < 10)
        pending += number;
      else return 'unreadable';
    } else if (unit !== undefined) {
      if (pending === null && lastUnit === null) unitAhead = unit;
      else if (pending !== null) total += pending * unit;
      if (pending !== null) [pending, lastUnit] = [null, unit];
      else continue;
    } else return 'unreadable';
    told = true;
  }
  if (!told || (pending === null && total === 0 && lastUnit === null && unitAhead !== null)) return null;
  if (pending === null) return { seconds: total, isBare: false };
  if (unitAhead !== null) return { seconds: total + pending * unitAhead, isBare: false };
  // "1 min 20" goes on in the next smaller unit
  return lastUnit === null
    ? { seconds: total + pending, isBare: total === 0 }
    : { seconds: total + pending * Math.max(1, lastUnit / 60), isBare: false };
}
