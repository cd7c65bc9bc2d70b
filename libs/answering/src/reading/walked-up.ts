import type { Mention } from './mentions.js';

const GOING = String.raw`\b(?:walk|go|get|head|move|drive|step|run|proceed|continue|advance)(?:s|es|ing)?`;
const WAY = String.raw`(?: (?:on|over|up|straight|forward|ahead|first|right|along|directly))*`;
const THE = String.raw` ?(?:the|my|that|this)?\s*$`;
const AT_IT = String.raw`(?:at|reach|hit|meet|touch|bump into|come to|get to)`;
const MEETING = String.raw`(?: (?:i|you|we|it))?(?:(?: am| are| is|'m|'re)? ${AT_IT})?`;
const ARRIVED = String.raw`\b(?:once|when|after|as soon as)(?: (?:i|you|we|it))?`;
const THERE = String.raw`(?:reach(?:es|ed)?|hits?|gets? to|got to|(?:a[mt]|are|is)(?: at)?|arrived? at)`;
/** A way to a thing that is named next: "and go straight on to the", "head for the", "bed ->". */
const ON_TO_NEXT = new RegExp(
  String.raw`(?:${GOING}${WAY} (?:to|towards|until|till|as far as)${MEETING}` +
    String.raw`|\b(?:fwd|forward)s?(?: (?:to|until|till))?` +
    String.raw`|\b(?:head(?:s|ing)?|mak(?:es?|ing))${WAY} for` +
    String.raw`|${ARRIVED} ${THERE}|->|>|→)${THE}`,
  'i',
);
/** A way to the thing that was named last: "and walk up to it", "when I get there". */
const ON_TO_LAST = new RegExp(
  String.raw`\b(?:to|reach|until|till) (?:it|that)\b|(?:${GOING}${WAY}|\bonce|\bam|'m) there\b`,
  'i',
);
/** Before where one stands, on a way from there to what is named next: "I walk from the". */
const FROM_HERE = new RegExp(String.raw`(?:\bfrom|${GOING})${THE}`, 'i');
/** What one only looks at: "looking from the". */
const LOOKING = /\b(?:look|fac|gaz|star|view|watch|point|turn|orient)\w*(?: \w+)? from(?: \w+)?\s*$/i;
const TO_NEXT = new RegExp(String.raw`^,?${WAY} ?(?:to|towards|until|till)${THE}`, 'i');

/**
 * The thing that is faced and walked up to: it is named once, as what is faced, or again as such. Null where
 * the question does not walk there.
 * @param asked the mentions of the question itself
 */
export function walkedUpTo(asked: readonly Mention[], question: string): string | null {
  const things = asked.filter(({ thing }) => thing !== null);
  const place = things.findIndex(({ role }) => role === 'facing');
  const faced = things[place];
  if (faced === undefined) return null;
  const last = things[place - 1];
  const before = question.slice(last?.end ?? 0, faced.start);
  const toLast = question.slice(0, last?.start ?? 0);
  const isFromHere = last?.role === 'at' && FROM_HERE.test(toLast) && !LOOKING.test(toLast);
  const isNext = ON_TO_NEXT.test(before) || (isFromHere && TO_NEXT.test(before));
  const [next] = things.slice(place + 1);
  const stop = things.slice(place + 1).find(({ role }) => role === 'step' || role === 'goal');
  const isLast = stop !== undefined && ON_TO_LAST.test(question.slice(faced.end, stop.start));
  // the parts of one name, as in "table's", are no two mentions
  const isApart = /\s/.test(question.slice(faced.end, next?.start));
  const isAgain = next?.role === 'facing' && next.thing === faced.thing && isApart;
  return isNext || isLast || isAgain ? faced.thing : null;
}
