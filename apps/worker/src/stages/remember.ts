import type { Payloads, Sizes } from '@loci/contracts';
import type { RememberTask } from '@loci/database';
import type { RememberInput, StateTensors } from '@loci/inference';
import { advance, stateTensors } from '@loci/memory';
import { chunkSizes, chunkSpan, type ChunkSpan } from '@loci/pipeline';
import { ObjectMissingError, featuresKey, mapKey, memoryPrefixes } from '@loci/storage';
import { Inject, Injectable } from '@nestjs/common';
import { FeaturesUnreadableError, decodeFeatures, padded, type Features } from '../chunk/features.js';
import { objectCategories } from '../chunk/landmarks.js';
import { encodeMap } from '../chunk/map.js';
import { placeChunk, type PlacedChunk } from '../chunk/place.js';
import { PARTS, type Parts } from '../parts.js';
import { replan } from '../replan.js';
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
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(StageRunner) private readonly runner: StageRunner,
  ) {}

  async handle(ref: Payloads['remember'], signal: AbortSignal): Promise<void> {
    const { database } = this.parts;
    const { memory_id: memoryId, chunk } = ref;
    await this.runner.run(
      {
        stage: 'remember',
        name: `remember ${memoryId} ${chunk}`,
        begin: () => database.stages.beginRemember(memoryId, chunk),
        work: (task: RememberTask, watch) => this.remember(task, watch),
        wanted: () => database.memories.wanted(memoryId),
        fail: (problem) => database.memories.fail(memoryId, problem),
        handBack: () => database.stages.handBack('remember', ref),
        dispatch: (committed) => replan(this.parts, memoryId, committed ? { stage: 'remember', chunk } : undefined),
      },
      signal,
    );
  }

  private async remember(task: RememberTask, watch: Watch): Promise<'committed' | 'lost'> {
    const { database, metrics, models, store } = this.parts;
    const { memory, chunk } = task;
    const started = performance.now();
    const { bundle, engine } = models.of(memory.model);
    const { sizes, metric_scale: metric } = bundle.manifest;
    const objects = objectCategories(bundle.manifest);
    const span = chunkSpan(chunk, memory.frames, chunkSizes(sizes));

    // that it is wanted was seen when it began
    const features = await this.features(memory.id, span, sizes);
    if (features === null) {
      await database.stages.forgetFeatures(memory.id, chunk);
      return 'lost';
    }
    const placed = placeChunk(features, { previous: task.previous, start: span.start, last: chunk + 1 === memory.chunks, metric, objects, fps: memory.samplingFps, sizes });
    const input = rememberInput(features, placed, span, memory.samplingFps, sizes);
    // the map does not depend on the graph: it is written while that runs, and stands when the chunk is committed
    const [outcome] = await Promise.all([
      metrics.part('remember', 'graph', () => unlessAborted(() => engine.remember({ ...input, ...stateTensors(task.entries, sizes) }), watch.signal)),
      store.put(mapKey(memory.id, chunk), encodeMap(features, placed, span, memory.samplingFps, sizes), { signal: watch.signal }),
    ]);
    const frames = Array.from({ length: features.frames }, (_, at) => ({
      frame: span.start + at,
      unseen: placed.unseen[at] === 1,
      tS: (span.start + at) / memory.samplingFps,
      pose: Array.from(placed.cameraToWorld.subarray(at * 16, at * 16 + 16)),
    }));
    const { opened, closed } = advance(task.entries, outcome, frames, chunk, sizes);

    await watch.check();
    const fresh = features.novelty.subarray(span.freshFrom - span.start);
    const result = await metrics.part('remember', 'commit', () =>
      database.stages.commitRemember(memory.id, chunk, {
        opened,
        closed,
        toWorld: placed.toWorld,
        tail: placed.tail,
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

  /** The stored features; null when they are gone or cannot be read, so that the chunk has to be perceived again. */
  private async features(memoryId: string, span: ChunkSpan, sizes: Sizes): Promise<Features | null> {
    try {
      return decodeFeatures(await this.parts.store.get(featuresKey(memoryId, span.index)), span.end - span.start, sizes);
    } catch (error) {
      if (!(error instanceof ObjectMissingError || error instanceof FeaturesUnreadableError)) throw error;
      this.parts.logger.warn({ memory: memoryId, chunk: span.index, err: error }, 'features are gone');
      return null;
    }
  }

  /** Once the memory is complete, also what killed workers may have left of earlier chunks. */
  private async dropFeatures(memoryId: string, chunk: number, chunks: number): Promise<void> {
    const { store, logger } = this.parts;
    try {
      await store.delete(featuresKey(memoryId, chunk));
      if (chunk + 1 < chunks) return;
      for (const prefix of memoryPrefixes(memoryId).filter((name) => name.startsWith('features/'))) await store.deletePrefix(prefix);
    } catch (error) {
      logger.warn({ memory: memoryId, chunk, err: error }, 'features could not be deleted; they go with the memory');
    }
  }
}

/** The remember graph's input but for the state: everything padded to T frames; memory takes what was not seen before. */
function rememberInput(features: Features, placed: PlacedChunk, span: ChunkSpan, fps: number, sizes: Sizes): Omit<RememberInput, keyof StateTensors> {
  const length = sizes.frames_per_chunk;
  const { tokens } = sizes;
  return {
    visualTokens: padded(features.visualTokens, length * tokens * sizes.d_visual),
    geometryTokens: padded(features.geometryTokens, length * sizes.geometry_tokens * sizes.d_geometry),
    viewTokens: padded(features.viewTokens, length * sizes.view_tokens * sizes.d_geometry),
    points: padded(placed.points, length * tokens * 3),
    centers: padded(placed.centers, length * tokens * 3),
    confidence: padded(features.confidence, length * tokens),
    cameraToWorld: padded(placed.cameraToWorld, length * 16),
    frameMask: Uint8Array.from({ length }, (_, at) => placed.unseen[at] ?? 0),
    frameTimes: Float32Array.from({ length }, (_, at) => (at < features.frames ? (span.start + at) / fps : 0)),
  };
}
