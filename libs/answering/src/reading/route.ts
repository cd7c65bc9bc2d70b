import type { Mention } from './mentions.js';
import { walkedUpTo } from './walked-up.js';

/** A turn, or a way straight on to a thing. */
export interface Step {
  /** The category to go forward to; null of a turn. */
  to: string | null;
}
const TURN: Step = { to: null };
const TURN_WORDS = /\b(?:left|right|back)\b/gi;

/** How many turns of a route are to be filled in. */
export const turnsOf = (route: readonly Step[]): number => route.filter(({ to }) => to === null).length;

/** How many turns a route leaves open: as many as are marked; and where there is one before each stop. */
export function openTurns(
  mentions: readonly Mention[],
  question: string,
): { marked: number; turned: number } {
  const { marked, turned } = waysOf(mentions, question);
  return { marked: turnsOf(turnsOf(marked) === 0 ? turned : marked), turned: turnsOf(turned) };
}

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
  const { marked, turned } = waysOf(mentions, question);
  if (turnsOf(marked) === 0) return turned;
  const wanted = turnsFilledIn(options);
  return wanted !== turnsOf(marked) && wanted === turnsOf(turned) ? turned : marked;
}

/** The steps with the turns that are marked, and those with a turn before each stop. */
function waysOf(mentions: readonly Mention[], question: string): { marked: Step[]; turned: Step[] } {
  const asked = mentions.filter(({ source }) => source === 0);
  const thingOf = (role: string) =>
    asked.findLast((mention) => mention.role === role && mention.thing !== null)?.thing ?? null;
  const goal = thingOf('goal');
  const faced = walkedUpTo(asked, question);
  const steps = toldSteps(asked);
  const told = faced === null || faced === goal || steps[0]?.to === faced ? steps : [{ to: faced }, ...steps];
  const marked = goal === null || told.at(-1)?.to === goal ? told : [...told, { to: goal }];
  const stops = marked.filter(({ to }) => to !== null);
  if (stops.length === 0) return { marked: [], turned: [] };
  const turned = stops.flatMap((step, index) =>
    stops.length > 1 && index === 0 && step.to === thingOf('facing') ? [step] : [TURN, step],
  );
  return { marked, turned };
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
  // "turn = ?" may be two marks of one turn, and a stop may be named again: "which turn at the bed"
  const stops = marked.map(({ to }) => to);
  const once = marked.filter(({ to }, index) => to === null || stops.indexOf(to) === index);
  return once.filter(({ to }, index) => index === 0 || once[index - 1]?.to !== to);
}

/** How many turns each option fills in; null where they differ. */
function turnsFilledIn(options: readonly string[] | null): number | null {
  const [count = 0, ...others] = new Set(options?.map((option) => option.match(TURN_WORDS)?.length ?? 0));
  return count === 0 || others.length > 0 ? null : count;
}
