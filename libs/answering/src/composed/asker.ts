import type { Manifest } from '@loci/contracts';
import type { EvidenceEntry } from '@loci/memory';
import type { AnswerParts, ComposedAnswer } from '../answer.js';
import { unbounded } from '../confidence.js';
import { readAnswer } from '../reading/answer.js';
import { composeQuestion, type CanonicalQuestion } from '../reading/compose.js';
import type { Mention } from '../reading/mentions.js';
import type { Clock } from '../reading/moments.js';
import type { World } from '../measured/world.js';
import type { SeenWorld } from '../things/seen-world.js';
import { isMastered, refuse, type ReadingManifest, type Refusal } from '../reading/refusals.js';

/** What the decoder wrote to one question, with the entries that it attended to. */
export interface Written {
  /** As `AnswerParts` has them. */
  text: string;
  logProbabilities: Float32Array;
  evidence: readonly EvidenceEntry[];
}

/** A question as the answer graph is asked it. */
export interface PutQuestion {
  /** The key of `manifest.tasks`; null where nobody read it. */
  task: string | null;
  question: string;
  options: readonly string[] | null;
}

/** Puts a question to the answer graph. */
export type AskGraph = (put: PutQuestion) => Promise<Written>;

/** The parts of a manifest that answers are composed with. */
export type AnsweringManifest = AnswerParts['manifest'] & ReadingManifest & Pick<Manifest, 'calibration'>;

/** Whether a task's answers are better measured in the world than told by the answer graph. */
export const isMeasured = (task: string, { calibration }: Pick<AnsweringManifest, 'calibration'>): boolean =>
  Object.hasOwn(calibration.measured ?? {}, task);

/** What answers are composed from, beside the answer graph. */
export interface AskerParts {
  ask: AskGraph;
  manifest: AnsweringManifest;
  clock: Clock;
  /** Mean out-of-domain score of the frames that the memory was built from. */
  novelty: number;
  /** By category of the manifest, how many tokens of those frames show it; null where nobody counted. */
  seen: readonly number[] | null;
  /** By category, the second of the last frame that showed it, null of none; null where nobody looked. */
  lastSeenS: readonly (number | null)[] | null;
  /** The newest entry's pose, camera-to-world, row-major 4×4; null of an empty memory. */
  lastPose: readonly number[] | null;
  /**
   * Where the camera stood at a second from the first picture, as a pose of that form, where the job says it
   * or has it estimated; else null.
   */
  poseAt: ((videoS: number) => readonly number[]) | null;
  /** How sure these poses are; without it they are given, and taken as they are. */
  poseCertainty?: PoseCertainty | undefined;
  /** What localization knows; null where nobody kept it. */
  world: World | null;
  /** What eyes saw of the world, where they are to be believed rather than the model; else absent. */
  seenWorld?: SeenWorld | null;
}

/** How sure answers from poses are. */
export interface PoseCertainty {
  /** Of which way the camera went. */
  direction: number;
  /** Of how far; null where nobody knows how long a metre is. */
  metres: number | null;
}

/** One question that was put to the answer graph, and its answer. */
export interface Part {
  answer: ComposedAnswer;
  written: Written;
}

/** A question is not answered. Caught where its answer is composed. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** The things of a question by their roles. */
export type Things = Readonly<Record<string, readonly string[]>>;

/** Puts canonical questions about given things to the answer graph, each once. */
export class Asker {
  readonly #asked = new Map<string, Promise<Part>>();
  /** Moments and places of the question that is answered; they count for each part. */
  readonly #words: readonly Mention[];

  constructor(
    readonly parts: AskerParts,
    mentions: readonly Mention[],
  ) {
    this.#words = mentions.filter(({ thing }) => thing === null);
  }

  /**
   * The answer to a task's canonical question.
   * @throws Unanswered where the model does not answer it
   */
  put(task: string, things: Things, options: readonly string[] | null = null): Promise<Part> {
    const { manifest, clock } = this.parts;
    if (!isMastered(task, manifest) || !Object.hasOwn(manifest.reading.tasks, task))
      throw new Unanswered(refuse('not_answered_yet', manifest));
    const slots = Object.values(manifest.reading.tasks[task]?.slots ?? {});
    const hasMoments = slots.some((slot) => 'moment' in slot);
    const words = this.#words.filter(({ role }) => role === 'place' || hasMoments);
    const named = Object.entries(things).flatMap(([role, own]) => own.map((thing) => mention(thing, role)));
    const question = composeQuestion({
      reading: { task, reason: null, unit: null, mentions: [...named, ...words] },
      ...{ question: '', options, clock, manifest },
    });
    if ('refusal' in question) throw new Unanswered(question.refusal);
    if (question.composed !== null) throw new Unanswered(refuse('not_answered_yet', manifest));
    const key = JSON.stringify([question.question, question.options]);
    const known = this.#asked.get(key);
    if (known !== undefined) return known;
    const part = this.#ask(question);
    this.#asked.set(key, part);
    return part;
  }

  async #ask(question: CanonicalQuestion): Promise<Part> {
    const written = await this.parts.ask(putOf(question));
    const manifest = unbounded(this.parts.manifest);
    const answer = readAnswer(question, { ...this.parts, ...written, manifest });
    if (!answer.supported) throw new Unanswered(refuse(answer.reason ?? 'unclear', this.parts.manifest));
    return { answer, written };
  }
}

/** A question as the answer graph is asked it. */
export const putOf = ({ task, put, options }: CanonicalQuestion): PutQuestion => ({
  ...{ task, question: put, options },
});

const mention = (thing: string, role: string): Mention => ({
  ...{ text: thing, thing, role, source: 0 },
  ...{ start: 0, end: 0 },
});
