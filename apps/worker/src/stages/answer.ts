import {
  answerQuestion,
  composeAnswer,
  prompt,
  refusedAnswer,
  lookedAt,
  thingsIn,
  type AskerParts,
  type AskGraph,
  type ComposedAnswer,
  type SeenPlaces,
  type SeenWorld,
  type World,
  inVideoSeconds,
} from '@loci/answering';
import type { NamedCategory, Payloads } from '@loci/contracts';
import type { AnswerTask, PastMemory } from '@loci/database';
import type { Bundle, ReadInput } from '@loci/inference';
import { decodeCamera } from '@loci/localization';
import { evidence, lastLike, MemoryClock, newest, stateTensors, tensorOrder } from '@loci/memory';
import { chunkSizes, chunksNeeded, type SampledClip } from '@loci/pipeline';
import type { DeliveryContext } from '@loci/queue';
import { RecentWork } from '@loci/service';
import { mapKey, ObjectMissingError } from '@loci/storage';
import { readTensors } from '@loci/tensors';
import { Inject, Injectable } from '@nestjs/common';
import { givenWay } from '../chunk/given-way.js';
import { certaintyOfMetres, knownWorld, worldPartIn, type WorldPart } from '../chunk/known-world.js';
import { CONNECTIONS, type Connections } from '../connections.js';
import { clockOf, readQuestion } from './read-question.js';
import { presented } from './presented.js';
import { StageRunner, type Outcome } from './stage-runner.js';
import { unlessAborted, type Watch } from './watch.js';

/** Memories after a chunk that are kept: half a megabyte each; and what maps say of the world, 4 KB each. */
const KEPT = 8;

/** Confidence of which way the camera of an estimated path went: set, not fitted. */
const DIRECTION_CERTAINTY = 0.8;

/** answer(question): reads the memory as it was at the asked moment, and asks the model. No video is read. */
@Injectable()
export class Answer {
  private readonly kept = new RecentWork<PastMemory>(KEPT);
  private readonly keptWorlds = new RecentWork<WorldPart | null>(KEPT);
  private readonly keptSeen = new RecentWork<Pick<SeenWorld, 'things' | 'occupancy'>>(KEPT);

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(StageRunner) private readonly runner: StageRunner,
  ) {}

  async handle(ref: Payloads['answer'], delivery: DeliveryContext): Promise<void> {
    const { database } = this.connections;
    const { question_id: questionId } = ref;
    await this.runner.run(
      {
        stage: 'answer',
        name: `answer ${questionId}`,
        begin: () => database.stages.beginAnswer(questionId),
        work: (task: AnswerTask, watch) => this.answer(task, watch),
        wantedMemory: null,
        fail: (problem) => database.stages.failQuestion(questionId, problem),
        refundAttempt: () => database.stages.refundAttempt('answer', ref),
        dispatch: () => Promise.resolve(),
        cleanUp: () => Promise.resolve(),
      },
      delivery,
    );
  }

  private async answer(task: AnswerTask, watch: Watch): Promise<Outcome> {
    const started = performance.now();
    const { memory, startS } = task;
    const clip = { frames: memory.frames, fps: memory.samplingFps, startS };
    const answer = presented(await this.compose(task, clip, watch.signal), clip);
    const committed = await this.connections.database.stages.commitAnswer(task.question.id, answer, {
      seconds: (performance.now() - started) / 1000,
    });
    return committed ? { committed: null } : 'lost';
  }

  /** The memory after a chunk. It never changes, and is read once for the questions that come together. */
  private memoryAfter(memoryId: string, chunk: number): Promise<PastMemory> {
    return this.kept.get(`${memoryId} ${chunk}`, () =>
      this.connections.database.stages.memoryAfter(memoryId, chunk),
    );
  }

  /** What a chunk's map says of the world, which never changes; null where the map is missing. */
  private worldPart(memoryId: string, chunk: number): Promise<WorldPart | null> {
    return this.keptWorlds.get(`${memoryId} ${chunk}`, async () => {
      try {
        const bytes = await this.connections.store.get(mapKey(memoryId, chunk));
        return worldPartIn(readTensors(bytes));
      } catch (error) {
        if (!(error instanceof ObjectMissingError)) throw error;
        this.connections.logger.warn({ memory: memoryId, chunk }, 'the map has no part for this chunk');
        return null;
      }
    });
  }

  /**
   * What eyes call things, where they looked at a memory and are to be believed rather than its model: on
   * footage that is strange to that. Else null.
   */
  private async eyesOf(
    { memory, novelty }: { memory: AnswerTask['memory']; novelty: number },
    { manifest, things }: Bundle,
  ): Promise<readonly NamedCategory[] | null> {
    if (memory.cameraSha256 === '' || things === null || novelty <= manifest.out_of_domain.threshold)
      return null;
    const given = await this.connections.database.stages.givenCamera(memory.id, 0);
    const camera = given === null ? null : decodeCamera(given);
    return (camera?.path ?? camera?.eyes)?.things === things.sha256 ? things.categories : null;
  }

  /** The world as eyes saw it up to a chunk. */
  private async seenWorld(
    { poseAt }: World,
    names: readonly NamedCategory[],
    { memory, lastChunk }: { memory: AnswerTask['memory']; lastChunk: number },
  ): Promise<SeenWorld> {
    const seen = this.keptSeen.get(`${memory.id} ${lastChunk}`, async () => {
      const places: SeenPlaces[] = [];
      for (let chunk = 0; chunk <= lastChunk; chunk += 1) {
        const part = await this.worldPart(memory.id, chunk);
        if (part?.places != null) places.push(part.places);
      }
      const categories = names.map(({ name }) => name);
      return { things: thingsIn(places, categories), occupancy: lookedAt(places) };
    });
    const last = await this.worldPart(memory.id, lastChunk);
    return {
      ...(await seen),
      ...{ poseAt, fps: memory.samplingFps },
      hasMetres: last?.scaleFrom !== 'depth',
      usual: new Map(names.flatMap(({ name, longest }) => (longest === undefined ? [] : [[name, longest]]))),
    };
  }

  /** Where the camera stood at some moments by its estimated path, and how sure that is. */
  private async estimatedWay(
    moments: readonly number[],
    world: World,
    { memory, lastChunk }: { memory: AnswerTask['memory']; lastChunk: number },
  ): Promise<Pick<AskerParts, 'poseAt' | 'poseCertainty'>> {
    const part = await this.worldPart(memory.id, lastChunk);
    const poses = await Promise.all(moments.map((seconds) => world.poseAt(seconds)));
    if (part?.scaleFrom == null || poses.includes(null)) return { poseAt: null };
    return {
      poseAt: (seconds) => poses[moments.indexOf(seconds)] ?? [],
      poseCertainty: { direction: DIRECTION_CERTAINTY, metres: certaintyOfMetres(part) },
    };
  }

  private async compose(
    { question, memory, chunk }: AnswerTask,
    clip: SampledClip,
    signal: AbortSignal,
  ): Promise<ComposedAnswer> {
    const { bundle, engine } = await this.connections.models.of(memory.model);
    const { manifest, tokenizer } = bundle;
    const sizes = chunkSizes(manifest.sizes);
    const last = await this.memoryAfter(memory.id, chunk);
    const memoryClock = new MemoryClock({ fps: clip.fps, scale: memory.clock, still: last.still });
    const clock = clockOf(clip, sizes, memoryClock, question.asOfS);
    const seen = await this.eyesOf({ memory, novelty: last.novelty }, bundle);
    const read = (words: ReadInput) =>
      this.connections.metrics.step('answer', 'read', () => unlessAborted(() => engine.read(words), signal));
    const asked = await readQuestion(question, clock, { bundle }, read, seen);
    if (asked !== null && 'refusal' in asked)
      return refusedAnswer(asked, { novelty: last.novelty, manifest });
    const asOfS = asked?.asOfS ?? null;
    const lastChunk = asOfS === null ? chunk : chunksNeeded(asOfS, { ...clip, startS: 0 }, sizes) - 1;
    const {
      entries,
      novelty,
      seen: tokens,
      lastSeen,
      still,
    } = lastChunk === chunk ? last : await this.memoryAfter(memory.id, lastChunk);
    const state = stateTensors(entries, manifest.sizes, memoryClock);
    const ask: AskGraph = async (put) => {
      const { ids, mask } = tokenizer.encode(prompt(put.question, put.options));
      const task = tokenizer.taskId(put.task);
      const input = { ...state, questionIds: ids, questionMask: mask, task };
      const output = await this.connections.metrics.step('answer', 'graph', () =>
        unlessAborted(() => engine.answer(input), signal),
      );
      return {
        text: inVideoSeconds(tokenizer.decode(output.tokenIds), (clockS) => memoryClock.videoS(clockS)),
        logProbabilities: output.logProbabilities,
        evidence: evidence(output.attention, tensorOrder(entries, manifest.sizes)),
      };
    };
    const world = knownWorld({
      ...manifest,
      ...{ fps: clip.fps, sizes, still, lastChunk },
      read: (index) => this.worldPart(memory.id, index),
    });
    const { reading } = manifest;
    if (asked === null || reading === undefined)
      return composeAnswer({
        ...(await ask({ ...question, task: null })),
        novelty,
        manifest,
        options: question.options,
      });
    const given =
      memory.cameraSha256 === '' || Object.keys(asked.moments).length === 0
        ? []
        : await this.connections.database.stages.givenCameras(memory.id);
    return answerQuestion(asked, {
      ...{ ask, clock, novelty, seen: tokens, world, lastPose: newest(entries)?.pose ?? null },
      ...(isEstimated(given)
        ? await this.estimatedWay(Object.values(asked.moments), world, { memory, lastChunk })
        : { poseAt: givenWay(given, clip, sizes) }),
      lastSeenS: lastSeen?.map((frame) => (frame < 0 ? null : lastLike(frame, still) / clip.fps)) ?? null,
      seenWorld: seen && (await this.seenWorld(world, seen, { memory, lastChunk })),
      manifest: { ...manifest, reading },
    });
  }
}

/** Whether a job has its camera's path estimated, by what it gave for each chunk. */
const isEstimated = ([first]: readonly (Uint8Array | null)[]): boolean =>
  first !== null && first !== undefined && decodeCamera(first).path !== null;
