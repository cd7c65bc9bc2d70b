import type { Mention } from './mentions.js';

/** A turn, or a way straight on to a thing. */
export interface Step {
  /** The category to go forward to; null of a turn. */
  to: string | null;
}
const TURN: Step = { to: null };
const TURN_WORDS = /\b(?:left|right|back)\b/gi;

/** How many turns of a route are to be filled in. */
export const turnsOf = (route: readonly Step[]): number => route.filter(({ to }) => to === null).length;

/** How many turns a route leaves open. */
export const openTurns = (mentions: readonly Mention[], question: string): number =>
  turnsOf(routeOf(mentions, question, null));

/**
 * The steps of a route in the order of the text, the goal last. What is faced is the first stop where one
 * walks up to it. Where no turn is marked there is one before each stop, but for a first stop that is faced
 * already; so it is where the options fill in as many turns as that, and not as many as are marked. None
 * where neither a stop nor a goal is named.
 * @param options the turns to choose from; null of none
 */
export function routeOf(
  mentions: readonly Mention[],
  question: string,
  options: readonly string[] | null,
): Step[] {
  const asked = mentions.filter(({ source }) => source === 0);
  const thingOf = (role: string) =>
    asked.findLast((mention) => mention.role === role && mention.thing !== null)?.thing ?? null;
  const goal = thingOf('goal');
  const faced = walkedUpTo(asked, question);
  const steps = toldSteps(asked);
  const told = faced === null || faced === goal || steps[0]?.to === faced ? steps : [{ to: faced }, ...steps];
  const marked = goal === null || told.at(-1)?.to === goal ? told : [...told, { to: goal }];
  const stops = marked.filter(({ to }) => to !== null);
  if (stops.length === 0) return [];
  const turned = stops.flatMap((step, index) =>
    stops.length > 1 && index === 0 && step.to === thingOf('facing') ? [step] : [TURN, step],
  );
  if (turnsOf(marked) === 0) return turned;
  const wanted = turnsFilledIn(options);
  return wanted !== turnsOf(marked) && wanted === turnsOf(turned) ? turned : marked;
}

/** Stops and marked turns, as the text has them. */
function toldSteps(asked: readonly Mention[]): Step[] {
  const isTurn = ({ role, thing }: Mention) => role === 'blank' && thing === null;
  const firstTurn = asked.findIndex(isTurn);
  const marked = asked.flatMap((mention, place): Step[] => {
    if (isTurn(mention)) return [TURN];
    const { role, thing } = mention;
    const isStop = role === 'step' || (role === 'goal' && firstTurn >= 0 && place > firstTurn);
    return isStop && thing !== null ? [{ to: thing }] : [];
  });
  // "turn = ?" may be two marks of one turn, and a stop may be named twice
  return marked.filter(({ to }, index) => index === 0 || marked[index - 1]?.to !== to);
}

const GOING = String.raw`\b(?:walk|go|get|head|move|drive|step|run|proceed|continue|advance)(?:s|es|ing)?`;
const WAY = String.raw`(?: (?:on|over|up|straight|forward|ahead|first|right|along|directly))*`;
/** A way to a thing that is named next: "and go straight on to the", "bed ->". */
const ON_TO_NEXT = new RegExp(
  String.raw`(?:${GOING}${WAY} (?:to|towards|until|till|as far as)(?: i(?: am|'m)? (?:at|reach|hit|meet))?` +
    String.raw`|->|>|→) ?(?:the|my|that|this)?\s*$`,
  'i',
);
/** A way to the thing that was named last: "and walk up to it", "when I get there". */
const ON_TO_LAST = new RegExp(
  String.raw`\b(?:to|reach|until|till) (?:it|that)\b|(?:${GOING}${WAY}|\bonce|\bam|'m) there\b`,
  'i',
);

/**
 * The thing that is faced and walked up to: it is named once, as what is faced. Null where the question does
 * not walk there.
 */
function walkedUpTo(asked: readonly Mention[], question: string): string | null {
  const things = asked.filter(({ thing }) => thing !== null);
  const place = things.findIndex(({ role }) => role === 'facing');
  const faced = things[place];
  if (faced === undefined) return null;
  const before = question.slice(things[place - 1]?.end ?? 0, faced.start);
  const next = things[place + 1];
  const isNext = ON_TO_NEXT.test(before);
  const isLast = next !== undefined && ON_TO_LAST.test(question.slice(faced.end, next.start));
  return isNext || isLast ? faced.thing : null;
}

/** How many turns each option fills in; null where they differ. */
function turnsFilledIn(options: readonly string[] | null): number | null {
  const [count = 0, ...others] = new Set(options?.map((option) => option.match(TURN_WORDS)?.length ?? 0));
  return count === 0 || others.length > 0 ? null : count;
}
