import { graphFrames, type Payloads, type Sizes } from '@loci/contracts';
import type { MemoryBefore, RememberTask } from '@loci/database';
import type { RememberInput, RememberOutput } from '@loci/inference';
import {
  decodeCamera,
  pictureLens,
  picturesPerFrame,
  sharedPictures,
  type EstimatedPath,
  type Evidence,
  type GivenCamera,
  type Pinhole,
  type SeenThrough,
} from '@loci/localization';
import { MemoryClock, stillStretches, type StillStretch } from '@loci/memory';
import { chunkSizes, chunkSpan, type ChunkSpan } from '@loci/pipeline';
import { Dispatcher, type DeliveryContext } from '@loci/queue';
import { ObjectMissingError, featuresKey, mapKey, memoryPrefixes } from '@loci/storage';
import { releaseArray } from '@loci/tensors';
import { Inject, Injectable } from '@nestjs/common';
import { estimatePathOf, evidenceAlong, type ChunkPath, type Eyes } from '../chunk/estimated-path.js';
import { perceivedIn } from '../chunk/perceived.js';
import { FeaturesUnreadableError, ONE_PICTURE, decodeFeatures, type Features } from '../chunk/features.js';
import { handOn, localizeFeatures } from '../chunk/localize-features.js';
import { encodeMap } from '../chunk/map.js';
import { KeptFeatures } from '../chunk/kept-features.js';
import { KeptMemories, memoryAfter } from '../chunk/memory-before.js';
import { runPasses } from '../chunk/memory-passes.js';
import { CONNECTIONS, type Connections } from '../connections.js';
import { OrphanCleaner } from './orphan-cleaner.js';
import { StageRunner, type Outcome } from './stage-runner.js';
import { allEnded, unlessAborted, type Watch } from './watch.js';

/**
 * remember(memory, chunk): the chunk's features enter the dual memory. In chunk order, one commit a chunk:
 * whoever moves the head first has remembered it, and everybody else's result was the same. All that the
 * result depends on is stored (entries, features, what localization left), so it does not matter which worker
 * computes it, or how often.
 */
@Injectable()
export class Remember {
  private readonly memories = new KeptMemories();

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(StageRunner) private readonly runner: StageRunner,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(OrphanCleaner) private readonly orphans: OrphanCleaner,
    @Inject(KeptFeatures) private readonly kept: KeptFeatures,
  ) {}

  async handle(ref: Payloads['remember'], delivery: DeliveryContext): Promise<void> {
    const { database } = this.connections;
    const { memory_id: memoryId, chunk } = ref;
    await this.runner.run(
      {
        stage: 'remember',
        name: `remember ${memoryId} ${chunk}`,
        begin: () => database.stages.beginRemember(memoryId, chunk),
        work: (task: RememberTask, watch) => this.remember(task, watch),
        wantedMemory: memoryId,
        fail: (problem) => database.memories.fail(memoryId, problem),
        refundAttempt: () => database.stages.refundAttempt('remember', ref),
        dispatch: (facts) =>
          this.dispatcher.deliver(memoryId, facts === null ? undefined : { stage: 'remember', chunk, facts }),
        tidyUp: ({ memory }) => this.dropFeatures(memoryId, chunk, memory.chunks),
        cleanUp: () => this.orphans.cleanChunk(memoryId, chunk),
      },
      delivery,
    );
  }

  private async remember({ memory, chunk }: RememberTask, watch: Watch): Promise<Outcome> {
    const { database, metrics, models, store } = this.connections;
    const started = performance.now();
    const { bundle, engine } = await models.of(memory.model);
    const { sizes } = bundle.manifest;
    const span = chunkSpan(chunk, memory.frames, chunkSizes(sizes));

    // that it is wanted was seen when it began
    const found = await this.features(memory.id, span, sizes);
    if (found === null) {
      await database.stages.forgetFeatures(memory.id, chunk);
      return 'lost';
    }
    const { stored, features } = found;
    const before =
      this.memories.take(memory.id, chunk) ?? (await database.stages.memoryBefore(memory.id, chunk));
    if (before === null) return 'lost';
    const given = memory.cameraSha256 === '' ? null : await database.stages.givenCamera(memory.id, chunk);
    const camera = given === null ? null : decodeCamera(given);
    const still = stillIn(features, span);
    const clock = new MemoryClock({
      fps: memory.samplingFps,
      scale: memory.clock,
      still: [...before.still, ...still],
    });
    const path =
      camera?.path == null || features === ONE_PICTURE
        ? null
        : await this.estimatedPath(memory, features, [before, span.start], camera.path, watch.signal);
    const evidence =
      path?.evidence ??
      (camera === null || features === ONE_PICTURE
        ? null
        : await this.evidenceOf(memory, features, span.start, camera, watch.signal));
    const { passes, mapFrames, landmarks, glimpses, occupancy, shotBoundaries, replayed, ...handedOn } =
      features === ONE_PICTURE
        ? handOn(before, chunk)
        : localizeFeatures(features, before, span, { clock, chunks: memory.chunks, camera, path, ...bundle });
    const graph = (input: RememberInput): Promise<RememberOutput> =>
      metrics.step('remember', 'graph', () =>
        unlessAborted(() => engine.remember(input, { giveAway: true }), watch.signal),
      );
    // the map does not depend on the graph: it is written while that runs, and stands when the chunk is
    // committed
    const [changed] = await allEnded([
      runPasses(
        passes,
        {
          ...{ chunk, entries: before.entries, samplingFps: memory.samplingFps, clock, sizes },
          graphFrames: graphFrames(bundle.manifest, memory.frames),
        },
        graph,
      ),
      store.put(
        mapKey(memory.id, chunk),
        encodeMap(
          mapFrames,
          {
            landmarks,
            glimpses,
            occupancy,
            shotBoundaries,
            scaleFrom: path?.scaleFrom ?? null,
            scaleError: path?.scaleError ?? null,
            evidence,
          },
          memory.samplingFps,
        ),
        {
          signal: watch.signal,
        },
      ),
    ]);

    watch.check();
    const done = {
      ...changed,
      ...handedOn,
      still,
      ...perceivedIn(features, span, bundle.manifest, replayed),
      seconds: (performance.now() - started) / 1000,
    };
    const committed = await metrics.step('remember', 'commit', () =>
      database.stages.commitRemember(memory, chunk, done),
    );
    if (committed === null) return 'lost';
    if (chunk + 1 < memory.chunks) this.memories.keep(memory.id, chunk + 1, memoryAfter(before, chunk, done));
    metrics.remembered(span.end - span.freshFrom);
    releaseArray(stored);
    return { committed };
  }

  /** Where the chunk's camera went, by what its pictures show. */
  private async estimatedPath(
    memory: RememberTask['memory'],
    features: Features,
    [before, firstFrame]: readonly [MemoryBefore, number],
    path: EstimatedPath,
    signal: AbortSignal,
  ): Promise<ChunkPath> {
    const { eyes, options } = await this.seeing(memory, path, firstFrame);
    return this.connections.metrics.step('remember', 'path', () =>
      estimatePathOf(features, before, path, options, eyes, signal),
    );
  }

  /** What eyes saw along a path that was given; null where they did not look. */
  private async evidenceOf(
    memory: RememberTask['memory'],
    features: Features,
    firstFrame: number,
    { poses, eyes: through }: GivenCamera,
    signal: AbortSignal,
  ): Promise<Evidence | null> {
    if (poses === null || through === undefined || features.related === null) return null;
    const { eyes, options } = await this.seeing(memory, through, firstFrame);
    if (eyes === null) return null;
    return this.connections.metrics.step('remember', 'path', () =>
      evidenceAlong(poses, features, options, eyes, signal),
    );
  }

  /** How a memory's pictures are looked at. */
  private async seeing(
    { model, samplingFps }: RememberTask['memory'],
    through: SeenThrough,
    firstFrame: number,
  ): Promise<{ eyes: Eyes | null; options: { lens: Pinhole; every: number; overlap: number } }> {
    const { models } = this.connections;
    const bundle = models.bundleOf(model);
    const every = picturesPerFrame(samplingFps);
    const lens = pictureLens(await models.keypoints(bundle, through.keypoints), through.pinhole);
    const graph = through.things === undefined ? null : await models.things(bundle, through.things);
    return {
      eyes: graph && { ...graph, size: graph, firstFrame },
      options: { lens, every, overlap: sharedPictures(bundle.manifest.sizes.overlap, every) },
    };
  }

  /**
   * The features, and the bytes that they are views of; null when they are gone or cannot be read, so that
   * the chunk has to be perceived again.
   */
  private async features(
    memoryId: string,
    span: ChunkSpan,
    sizes: Sizes,
  ): Promise<{ stored: Uint8Array; features: ReturnType<typeof decodeFeatures> } | null> {
    try {
      const stored =
        this.kept.take(memoryId, span.index) ??
        (await this.connections.store.get(featuresKey(memoryId, span.index)));
      return { stored, features: decodeFeatures(stored, span.end - span.start, sizes) };
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

/** The still stretches among a chunk's fresh frames. */
const stillIn = (
  features: Features | typeof ONE_PICTURE,
  { start, end, freshFrom }: ChunkSpan,
): StillStretch[] =>
  features === ONE_PICTURE
    ? [[freshFrom, end]]
    : stillStretches(features.still.subarray(freshFrom - start, end - start), freshFrom);
