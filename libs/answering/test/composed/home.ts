import {
  answerQuestion,
  type AskerParts,
  type AskGraph,
  type ComposedAnswer,
  type PutQuestion,
} from '../../src/index.js';
import { asked, CLOCK } from '../reading/asked.js';
import { READER } from '../reading/bundle.js';

/** A thing of a home. */
interface Thing {
  category: string;
  x: number;
  z: number;
  /** Longest side in centimetres. */
  size: number;
  firstSeenS: number;
  /** Log-probability of each word of its place. */
  sure?: number;
}

/** A sofa right of a bed, two lamps behind them, and a door: no shelf, chair or television. */
export const HOME: readonly Thing[] = [
  { category: 'bed', x: 1, z: 4, size: 205, firstSeenS: 9 },
  { category: 'sofa', x: 3, z: 4, size: 180, firstSeenS: 2 },
  { category: 'lamp', x: 1, z: 6.5, size: 40, firstSeenS: 12 },
  { category: 'lamp', x: 3, z: 6.5, size: 45, firstSeenS: 14 },
  { category: 'door', x: -2, z: 0, size: 200, firstSeenS: 0 },
];
/** By category of the bundle: the door last at 3 s, the sofa at 26.5 s, the bed at 19 s; others never. */
export const LAST_SEEN_S = READER.categories.map(
  (category) => ({ door: 3, sofa: 26.5, bed: 19, lamp: 20 })[category] ?? null,
);
/** The camera ended at the origin and looked along z. */
export const LAST_POSE = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const SURE = -0.2;
/** Two words of this make a place that is no surer than one out of nothing. */
const UNSURE = -2.5;

/** A graph that answers about a home as decoders do: what is not there is something else, unsurely. */
export class HomeGraph {
  readonly asked: PutQuestion[] = [];

  constructor(private readonly things: readonly Thing[] = HOME) {}

  readonly ask: AskGraph = (put) => {
    this.asked.push(put);
    const words = this.#words(put);
    return Promise.resolve({
      text: words.map(([word]) => word).join(' '),
      logProbabilities: Float32Array.from(words, ([, logProbability]) => logProbability),
      evidence: [{ entryKind: 'working', slot: 0, frame: this.asked.length, tS: 1, weight: 0.5 }],
    });
  };

  #words({ task, question, options }: PutQuestion): [string, number][] {
    const named = READER.categories.filter((category) =>
      [category, READER.reading.categories[category]?.plural].some(
        (name) => name !== undefined && question.includes(name),
      ),
    );
    const own = named.map((category) => this.#one(category));
    const [first, second] = own;
    const at = (thing: Thing, sure: number, ...rest: string[]): [string, number][] => [
      ...([thing.category] as const).map((word): [string, number] => [word, SURE]),
      ...[`x${thing.x}`, `z${thing.z}`].map((word): [string, number] => [word, sure]),
      ...rest.map((word): [string, number] => [word, SURE]),
    ];
    const sure = (words: string[]) => words.map((word): [string, number] => [word, SURE]);
    if (first === undefined) throw new RangeError(`${question} names nothing`);
    const distance = second === undefined ? 0 : Math.hypot(first.x - second.x, first.z - second.z);
    switch (task) {
      case 'object_counting': {
        const [category = ''] = named;
        const all = this.things.filter((thing) => thing.category === category);
        const told = all.length > 0 ? all : [{ ...first, category }];
        const lines = told.flatMap((thing) => at(thing, all.length > 0 ? (thing.sure ?? SURE) : UNSURE));
        return [...sure(['<count>']), ...lines, ...sure(['<answer>', `${told.length}`, '<eos>'])];
      }
      case 'object_size_estimation':
        return [...sure(['<size>']), ...at(first, SURE, `s${first.size}`), ...end(`${first.size}`)];
      case 'object_abs_distance':
        return [
          ...sure(['<distance>']),
          ...own.flatMap((each) => at(each, SURE)),
          ...end(distance.toFixed(1)),
        ];
      case 'object_rel_distance':
        return [...sure(['<nearest>']), ...own.flatMap((each) => at(each, SURE)), ...end('a')];
      case 'obj_appearance_order':
        return [
          ...sure(['<order>']),
          ...own.flatMap((each) => at(each, SURE, `t${each.firstSeenS}`)),
          ...end(options === null ? '' : 'a'),
        ];
      case null:
      default:
        throw new RangeError(`nobody asks ${task ?? ''} here`);
    }
  }

  #one(category: string): Thing {
    const [any] = this.things;
    const found = this.things.find((thing) => thing.category === category) ?? any;
    if (found === undefined) throw new RangeError('there is nothing');
    return { ...found, category };
  }
}

const end = (answer: string): [string, number][] => [
  ['<answer>', SURE],
  [answer, SURE],
  ['<eos>', SURE],
];

/** The answer to a question about a home, with marks as `asked` takes them. */
export function answered(
  graph: HomeGraph,
  [task, text, options]: Parameters<typeof asked>,
  manifest = READER,
  poseAt: AskerParts['poseAt'] = null,
  poseCertainty?: AskerParts['poseCertainty'],
): Promise<ComposedAnswer> {
  return answerQuestion(asked(task, text, options), {
    ask: graph.ask,
    ...{ manifest, clock: CLOCK },
    ...{
      novelty: 1,
      seen: null,
      lastSeenS: LAST_SEEN_S,
      lastPose: LAST_POSE,
      poseAt,
      poseCertainty,
      world: null,
    },
  });
}
