import { graphFrames, type Payloads } from '@loci/contracts';
import type { ChunkRef, PerceiveTask } from '@loci/database';
import { chunkSizes, chunkSpan, runAfter, TURN_CHUNKS, type ChunkSpan, type Run } from '@loci/pipeline';
import { Dispatcher, type DeliveryContext } from '@loci/queue';
import { featuresKey, framesKey } from '@loci/storage';
import {
  decodeCamera,
  pictureLens,
  picturesOf,
  picturesPerFrame,
  type EstimatedPath,
  type SeenThrough,
} from '@loci/localization';
import { releaseArray, type NumberArray } from '@loci/tensors';
import { Inject, Injectable } from '@nestjs/common';
import { cellColors } from '../chunk/colors.js';
import { encodeFeatures, encodeOnePicture } from '../chunk/features.js';
import { FrameBlocks } from '../chunk/frame-blocks.js';
import { KeptFeatures } from '../chunk/kept-features.js';
import { AT_ONCE, inTurn, Room } from '../chunk/in-turn.js';
import { findStillFrames, isOnePicture, type StillFrames } from '../chunk/still-frames.js';
import { relatePictures, type PicturesSeen } from '../chunk/related-pictures.js';
import { encodeThumbnails } from '../chunk/thumbnails.js';
import type { Model } from '../models.js';
import { CONNECTIONS, type Connections } from '../connections.js';
import { ClipDecoder } from './clip-decoder.js';
import { DecodeTimeouts } from './decode-timeouts.js';
import { OrphanCleaner } from './orphan-cleaner.js';
import { StageRunner, type Outcome } from './stage-runner.js';
import { allEnded, unlessAborted, type Watch } from './watch.js';

const NOTHING_SEEN = { related: null, things: null };

/** Runs whose chunks are decoded at a time, where so many chunks are to be worked on. */
export const runsAtOnce = (concurrency: number): number => Math.ceil(concurrency / 2);

/** The run that a chunk is part of. */
interface RunOfChunk {
  /** Its last chunk. */
  last: number;
  /** Called when the chunk's frames have been decoded: the next one may begin. */
  decoded: () => void;
  /** Hears how many chunks the clip has. */
  tell: (chunks: number) => void;
}

/**
 * perceive(memory, chunk … last): turns the frames of a run of chunks into features and thumbnails in the
 * object store, chunk by chunk, and goes on with the runs that follow. Runs need no order. The next chunk
 * begins when the one before has been decoded, and so does the next run: what is left of this one goes on
 * beside the queue.
 */
@Injectable()
export class Perceive {
  private readonly timeouts = new DecodeTimeouts();
  private readonly blocks = new FrameBlocks();
  private readonly room: Room;

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(StageRunner) private readonly runner: StageRunner,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(OrphanCleaner) private readonly orphans: OrphanCleaner,
    @Inject(KeptFeatures) private readonly kept: KeptFeatures,
    @Inject(ClipDecoder) private readonly clips: ClipDecoder,
  ) {
    this.room = new Room(AT_ONCE * runsAtOnce(connections.config.concurrency));
  }

  async handle(
    { memory_id: memoryId, chunk, last = chunk }: Payloads['perceive'],
    delivery: DeliveryContext,
  ): Promise<void> {
    const clip = { chunks: Infinity, failed: false };
    const tell = (chunks: number): void => void (clip.chunks = chunks);
    let done = 0;
    for (let run: Run | null = { chunk, last }; run !== null;) {
      const { last: end } = run;
      const turns = inTurn(run.chunk, end, this.room, (index, decoded) =>
        this.handleChunk({ memory_id: memoryId, chunk: index }, delivery, { last: end, decoded, tell }),
      );
      if (!(await turns.passed)) return turns.ended();
      done += end - run.chunk + 1;
      run = null;
      try {
        if (!clip.failed && end + 1 < clip.chunks && (await delivery.mayGoOn(done >= TURN_CHUNKS)))
          run = await this.runAfter(memoryId, end);
      } finally {
        const ended = turns.ended();
        // what is to be tried again comes first
        ended.catch(() => (clip.failed = true));
        const isOver = run !== null || end + 1 >= clip.chunks;
        delivery.goOn(isOver ? ended : ended.then(() => this.dispatcher.deliver(memoryId)));
      }
    }
  }

  /** The run that follows a chunk's here. This worker's decoder stands where it begins. */
  private async runAfter(memoryId: string, last: number): Promise<Run | null> {
    const { config, database } = this.connections;
    const facts = await database.memories.facts(memoryId);
    return facts === null ? null : runAfter(facts, last, config.clipWorkers);
  }

  private handleChunk(ref: ChunkRef, delivery: DeliveryContext, run: RunOfChunk): Promise<boolean> {
    const { database } = this.connections;
    const { memory_id: memoryId, chunk } = ref;
    return this.runner.run(
      {
        stage: 'perceive',
        name: `perceive ${memoryId} ${chunk}`,
        begin: () => database.stages.beginPerceive(memoryId, chunk),
        work: (task: PerceiveTask, watch) => this.perceive(task, run, watch),
        wantedMemory: memoryId,
        fail: (problem) => database.memories.fail(memoryId, problem),
        refundAttempt: () => database.stages.refundAttempt('perceive', ref),
        dispatch: (facts) =>
          this.dispatcher.deliver(memoryId, facts === null ? undefined : { stage: 'perceive', chunk, facts }),
        cleanUp: () => this.orphans.cleanChunk(memoryId, chunk),
      },
      delivery,
    );
  }

  private async perceive(
    { memory, chunk, video }: PerceiveTask,
    { last, decoded, tell }: RunOfChunk,
    watch: Watch,
  ): Promise<Outcome> {
    const { database, metrics, models, store } = this.connections;
    tell(memory.chunks);
    const started = performance.now();
    const model = await models.of(memory.model);
    const { sizes } = model.bundle.manifest;
    const spanOf = (index: number): ChunkSpan => chunkSpan(index, memory.frames, chunkSizes(sizes));
    const span = spanOf(chunk);
    const count = span.end - span.start;
    const frameBytes = sizes.height * sizes.width * 3;
    // the perceive graph's input: a short last chunk is padded with black frames, which are masked
    const length = graphFrames(model.bundle.manifest, memory.frames);
    const block = this.blocks.take(length * frameBytes).fill(0, count * frameBytes);

    // no check before decoding: beginPerceive has just seen that the memory is wanted
    const frames = await metrics.step('perceive', 'decode', () =>
      this.timeouts.count(`${memory.id} ${chunk}`, () =>
        this.clips.decode(
          video,
          {
            ...{ ...span, runEnd: spanOf(last).end, fps: memory.samplingFps },
            keyPictures: memory.samplingPictures === 'key',
            into: block.subarray(0, count * frameBytes),
            ...{ height: sizes.height, width: sizes.width, fit: model.bundle.manifest.preprocessing.fit },
          },
          watch.signal,
        ),
      ),
    );
    decoded();
    watch.check();
    // the first chunk is the world, and the last one places what is still lost: they are always perceived
    const isBetween = chunk > 0 && chunk + 1 < memory.chunks;
    const stillFrames = findStillFrames(frames, count, sizes);
    const camera = await this.cameraOf(memory, chunk);
    const look = (through: SeenThrough & Pick<EstimatedPath, 'isGuess'>) =>
      this.related({ memory, chunk, video }, [span, spanOf(last)], model, through, watch.signal);
    const seen = camera?.path == null ? null : await look(camera.path);
    // along a given path eyes look at what is strange to the model alone: the rest it knows better
    const isLookedAt = (novelty: number) => novelty > model.bundle.manifest.out_of_domain.threshold;
    const seeing = async (novelty: number) =>
      seen ?? (camera?.eyes !== undefined && isLookedAt(novelty) ? await look(camera.eyes) : null);
    const storeThumbnails = async (): Promise<void> => {
      const thumbnails = await encodeThumbnails(frames, stillFrames, span, sizes);
      watch.check();
      await store.put(framesKey(memory.id, chunk), thumbnails, { signal: watch.signal });
    };
    // the thumbnails are encoded and stored while the graph runs on its own thread
    const [features] = await allEnded([
      seen === null && isBetween && isOnePicture(stillFrames)
        ? encodeOnePicture()
        : this.features(block, stillFrames, seeing, model, watch.signal),
      storeThumbnails(),
    ]);
    this.blocks.give(block);
    await metrics.step('perceive', 'store', async () => {
      watch.check();
      await store.put(featuresKey(memory.id, chunk), features, { signal: watch.signal });
    });
    watch.check();
    const committed = await database.stages.commitPerceive(memory.id, chunk, {
      seconds: (performance.now() - started) / 1000,
    });
    if (committed === null) return 'lost';
    this.kept.keep(memory.id, chunk, features);
    return { committed };
  }

  /** What the perceive graph of the block's length gives for a chunk's frames, as it is stored. */
  private async features(
    block: Uint8Array,
    { still }: StillFrames,
    seeing: (novelty: number) => Promise<PicturesSeen | null>,
    { bundle, engine }: Model,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { sizes } = bundle.manifest;
    const count = still.length;
    const frameMask = new Uint8Array(block.length / (sizes.height * sizes.width * 3)).fill(1, 0, count);
    const output = await this.connections.metrics.step('perceive', 'graph', () =>
      unlessAborted(() => engine.perceive({ frames: block, frameMask }), signal),
    );
    const novelty = output.novelty.subarray(0, count).reduce((sum, each) => sum + each, 0) / count;
    const seen = (await seeing(novelty)) ?? NOTHING_SEEN;
    const pictures = { colors: cellColors(block, count, sizes), still, ...seen };
    const features = encodeFeatures(output, pictures, count, sizes);
    for (const array of Object.values(output) as NumberArray[]) releaseArray(array);
    return features;
  }

  /** What was given of a chunk's camera; null where nothing was. */
  private async cameraOf({ id, cameraSha256 }: PerceiveTask['memory'], chunk: number) {
    const given = cameraSha256 === '' ? null : await this.connections.database.stages.givenCamera(id, chunk);
    return given === null ? null : decodeCamera(given);
  }

  /** What the pictures between a chunk's frames show. */
  private async related(
    { memory, chunk, video }: PerceiveTask,
    [span, last]: readonly [ChunkSpan, ChunkSpan],
    { bundle }: Model,
    through: SeenThrough & Pick<EstimatedPath, 'isGuess'>,
    signal: AbortSignal,
  ): Promise<PicturesSeen> {
    const { metrics, models } = this.connections;
    const graph = await models.keypoints(bundle, through.keypoints);
    const eyes = through.things === undefined ? null : await models.things(bundle, through.things);
    const every = picturesPerFrame(memory.samplingFps);
    const lens = through.isGuess === true ? null : pictureLens(graph, through.pinhole);
    const { height, width } = graph;
    const common = { fps: every * memory.samplingFps, height, width, fit: 'stretch' } as const;
    const { end: runEnd } = picturesOf(last, every);
    return metrics.step('perceive', 'related', () =>
      this.timeouts.count(`${memory.id} ${chunk} pictures`, () =>
        relatePictures(
          picturesOf(span, every),
          (range) => this.clips.decode(video, { ...range, ...common, runEnd }, signal),
          { graph, lens, eyes, every },
          signal,
        ),
      ),
    );
  }
}
