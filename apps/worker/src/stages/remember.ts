import type { Payloads, Sizes } from '@loci/contracts';
import type { RememberTask } from '@loci/database';
import type { RememberInput, StateTensors } from '@loci/inference';
import {
  advance,
  applyStep,
  bothSteps,
  entriesAt,
  stateTensors,
  type StandingEntry,
  type TimelineStep,
} from '@loci/memory';
import { chunkSizes, chunkSpan, type ChunkSpan } from '@loci/pipeline';
import { Dispatcher } from '@loci/queue';
import { ObjectMissingError, featuresKey, mapKey, memoryPrefixes } from '@loci/storage';
import { Inject, Injectable } from '@nestjs/common';
import { FeaturesUnreadableError, decodeFeatures, type Features } from '../chunk/features.js';
import { stacked, type PlacedFrame } from '../chunk/frames.js';
import { objectCategories } from '../chunk/landmarks.js';
import { encodeMap } from '../chunk/map.js';
import { placeChunk } from '../chunk/place.js';
import type { AskedFrames } from '../chunk/unseen.js';
import { CONNECTIONS, type Connections } from '../connections.js';
import { StageRunner } from './stage-runner.js';
import { unlessAborted, type Watch } from './watch.js';

/**
 * remember(memory, chunk): the chunk's features enter the dual memory. In chunk order, one commit a chunk: whoever moves
 * the head first has remembered it, and everybody else's result was the same. All that the result depends on is stored
 * (float16 tokens, tail, features), so it does not matter which worker computes it, or how often.
 */
@Injectable()
export class Remember {
  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(StageRunner) private readonly runner: StageRunner,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
  ) {}

  async handle(ref: Payloads['remember'], signal: AbortSignal): Promise<void> {
    const { database } = this.connections;
    const { memory_id: memoryId, chunk } = ref;
    await this.runner.run(
      {
        stage: 'remember',
        name: `remember ${memoryId} ${chunk}`,
        begin: () => database.stages.beginRemember(memoryId, chunk),
        work: (task: RememberTask, watch) => this.remember(task, watch),
        wanted: () => database.memories.wanted(memoryId),
        fail: (problem) => database.memories.fail(memoryId, problem),
        refundAttempt: () => database.stages.refundAttempt('remember', ref),
        dispatch: (committed) =>
          this.dispatcher.deliver(memoryId, committed ? { stage: 'remember', chunk } : undefined),
      },
      signal,
    );
  }

  private async remember(task: RememberTask, watch: Watch): Promise<'committed' | 'lost'> {
    const { database, metrics, models, store } = this.connections;
    const { memory, chunk } = task;
    const started = performance.now();
    const { bundle } = models.of(memory.model);
    const { sizes, metric_scale: metric } = bundle.manifest;
    const objects = objectCategories(bundle.manifest);
    const span = chunkSpan(chunk, memory.frames, chunkSizes(sizes));

    // that it is wanted was seen when it began
    const features = await this.features(memory.id, span, sizes);
    if (features === null) {
      await database.stages.forgetFeatures(memory.id, chunk);
      return 'lost';
    }
    const placed = placeChunk(features, {
      previous: task.previous,
      start: span.start,
      last: chunk + 1 === memory.chunks,
      metric,
      objects,
      fps: memory.samplingFps,
      sizes,
    });
    // the map does not depend on the graph: it is written while that runs, and stands when the chunk is committed
    const [{ opened, closed }] = await Promise.all([
      this.take(placed.asked, task, watch),
      store.put(mapKey(memory.id, chunk), encodeMap(placed.known, memory.samplingFps), {
        signal: watch.signal,
      }),
    ]);

    await watch.check();
    const fresh = features.novelty.subarray(span.freshFrom - span.start);
    const result = await metrics.step('remember', 'commit', () =>
      database.stages.commitRemember(memory.id, chunk, {
        opened,
        closed,
        toWorld: placed.toWorld,
        tail: placed.tail,
        waits: placed.waits,
        noveltySum: fresh.reduce((sum, novelty) => sum + novelty, 0),
        noveltyFrames: fresh.length,
        seconds: (performance.now() - started) / 1000,
      }),
    );
    if (result === 'lost') return 'lost';
    metrics.remembered(fresh.length);
    await this.dropFeatures(memory.id, chunk, memory.chunks);
    return 'committed';
  }

  /** Memory takes what it is asked to take, one pass of the graph after another, each from what the one before left. */
  private async take(
    asked: readonly AskedFrames[],
    { memory, chunk, entries }: RememberTask,
    watch: Watch,
  ): Promise<TimelineStep> {
    const { metrics, models } = this.connections;
    const { bundle, engine } = models.of(memory.model);
    const { sizes } = bundle.manifest;
    let [standing, step]: [readonly StandingEntry[], TimelineStep] = [entries, { opened: [], closed: [] }];
    // where nothing is unseen the graph would leave everything as it stands
    for (const { frames, unseen } of asked.filter((some) => some.unseen.includes(true))) {
      const input = {
        ...rememberInput(frames, unseen, memory.samplingFps, sizes),
        ...stateTensors(standing, sizes),
      };
      const outcome = await metrics.step('remember', 'graph', () =>
        unlessAborted(() => engine.remember(input), watch.signal),
      );
      const named = frames.map(({ index, cameraToWorld }, at) => ({
        frame: index,
        unseen: unseen[at] === true,
        tS: index / memory.samplingFps,
        pose: Array.from(cameraToWorld),
      }));
      const next = advance(standing, outcome, named, chunk, sizes);
      standing = entriesAt(applyStep(standing, next, chunk), chunk);
      step = bothSteps(step, next);
    }
    return step;
  }

  /** The stored features; null when they are gone or cannot be read, so that the chunk has to be perceived again. */
  private async features(memoryId: string, span: ChunkSpan, sizes: Sizes): Promise<Features | null> {
    try {
      return decodeFeatures(
        await this.connections.store.get(featuresKey(memoryId, span.index)),
        span.end - span.start,
        sizes,
      );
    } catch (error) {
      if (!(error instanceof ObjectMissingError || error instanceof FeaturesUnreadableError)) throw error;
      this.connections.logger.warn({ memory: memoryId, chunk: span.index, err: error }, 'features are gone');
      return null;
    }
  }

  /** Once the memory is complete, also what killed workers may have left of earlier chunks. */
  private async dropFeatures(memoryId: string, chunk: number, chunks: number): Promise<void> {
    const { store, logger } = this.connections;
    try {
      await store.delete(featuresKey(memoryId, chunk));
      if (chunk + 1 < chunks) return;
      for (const prefix of memoryPrefixes(memoryId).filter((name) => name.startsWith('features/')))
        await store.deletePrefix(prefix);
    } catch (error) {
      logger.warn(
        { memory: memoryId, chunk, err: error },
        'features could not be deleted; they go with the memory',
      );
    }
  }
}

/** The remember graph's input but for the state: everything padded to T frames; memory takes what was not seen before. */
function rememberInput(
  frames: readonly PlacedFrame[],
  unseen: readonly boolean[],
  fps: number,
  sizes: Sizes,
): Omit<RememberInput, keyof StateTensors> {
  const length = sizes.frames_per_chunk;
  return {
    visualTokens: stacked(frames, 'visualTokens', length),
    geometryTokens: stacked(frames, 'geometryTokens', length),
    viewTokens: stacked(frames, 'viewTokens', length),
    points: stacked(frames, 'points', length),
    centers: stacked(frames, 'centers', length),
    confidence: stacked(frames, 'confidence', length),
    cameraToWorld: stacked(frames, 'cameraToWorld', length),
    frameMask: Uint8Array.from({ length }, (_, at) => (unseen[at] === true ? 1 : 0)),
    frameTimes: Float32Array.from({ length }, (_, at) => (frames[at]?.index ?? 0) / fps),
  };
}
