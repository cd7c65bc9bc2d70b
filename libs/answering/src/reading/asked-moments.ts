import type { ReadingTask } from '@loci/contracts';
import type { Mention } from './mentions.js';
import { isEndAlone, parseMoment, type Clock } from './moments.js';
import { refuse, type ReadingManifest, type Refusal } from './refusals.js';

interface MomentSource {
  task: ReadingTask;
  mentions: readonly Mention[];
  question: string;
  clock: Clock;
  manifest: ReadingManifest;
}

/** Whether a task asks for moments. */
export const asksForMoments = ({ slots }: ReadingTask): boolean =>
  Object.values(slots).some((slot) => 'moment' in slot);

/**
 * The moments of a question, each as seconds, or why one of them cannot be meant. Of a task that asks for
 * none, those that cannot be read are left out. The start and the end of a route are no moments of the video.
 */
export function momentsOf({ task, mentions, question, clock, manifest }: MomentSource): number[][] | Refusal {
  const isAsked = asksForMoments(task);
  const isRoute = Object.values(task.slots).some((slot) => 'steps' in slot);
  const asked = mentions.filter(({ source, thing }) => source === 0 && thing === null);
  const frames = asked.find(({ role }) => role === 'frames');
  const frameCount = frames === undefined ? null : Number(/\d+/.exec(frames.text)?.[0] ?? Number.NaN);
  const moments: number[][] = [];
  for (const mention of asked.filter(({ role }) => role === 'moment')) {
    const text = withClock(mention, question);
    if (!isAsked && isNumberOnly({ ...mention, text }, question)) continue;
    if (isRoute && isEndAlone(text)) continue;
    const parsed = parseMoment(text, clock, Number.isFinite(frameCount) ? frameCount : null);
    if ('fault' in parsed) {
      if (!isAsked) continue;
      return parsed.fault === 'frames'
        ? refuse('moment_outside', manifest, 'say of how many frames it is, or give the time in seconds')
        : refuse('incomplete', manifest, 'give the moment in seconds of the video');
    }
    if (parsed.seconds.some((seconds) => seconds < 0 || seconds > Math.ceil(clock.durationS)))
      return refuse('moment_outside', manifest, askWithin(0, clock));
    if (isAsked || !saysSince(mention, question)) moments.push(parsed.seconds);
  }
  return moments;
}

/** Whether a mention is a number alone before which no word tells a time, as in `sofa_1`. */
const isNumberOnly = ({ text, start }: Mention, question: string): boolean =>
  /^[\d.,]+$/.test(text) && !SAYS_WHEN.test(question.slice(0, start));
const SAYS_WHEN =
  /(?:\b(?:at|after|by|until|till|to|from|since|around|about|before|of|t|time|sec|second|frame)|@)\W*$/i;

/** A moment's words, or the clock of which they are a part: `2:05` for `05`. */
function withClock({ text, start, end }: Mention, question: string): string {
  const clocks = [...question.matchAll(/\d+(?::\d{1,2}){1,2}/g)];
  const cut = clocks.find(({ index, 0: clock }) => index < start && end <= index + clock.length);
  return cut?.[0] ?? text;
}

/** Whether a moment is one from which on: all that follows is asked about too. */
const saysSince = ({ text, start }: Mention, question: string): boolean =>
  /^(?:from|since)\b/i.test(text) ||
  /\b(?:from|since)(?: the)?(?: very)?\s*$/i.test(question.slice(0, start));

/** What to ask instead, where a moment cannot be asked about. */
export const askWithin = (firstS: number, { lastS, startS }: Clock): string =>
  `ask about ${Math.ceil(firstS + startS)} to ${Math.floor(lastS + startS)} seconds`;
