import type { Manifest } from '@loci/contracts';
import { openEngine, type Bundle, type Engine, type PerceiveOutput } from '@loci/inference';
import { emptyState, type MemoryState } from '@loci/memory';
import { chunkPlan, chunkSizes, type ChunkSpan } from '@loci/pipeline';
import { decodeFrames } from '@loci/video';

interface DecodedChunk {
  span: ChunkSpan;
  /** uint8 [T, H, W, 3], padded */
  frames: Uint8Array;
  frameMask: Uint8Array;
}

/** The three graphs without anything around them, on frames that lie decoded in memory. */
export class BareGraphs {
  private constructor(
    private readonly engines: [Engine, ...Engine[]],
    private readonly manifest: Manifest,
    private readonly chunks: DecodedChunk[],
    /** What decoding the frames took, chunk by chunk as a worker does it. */
    readonly decodeSeconds: number,
  ) {}

  /** Opens as many engines as the stack has workers, and decodes the clip's first `frames` sampled frames. */
  static async open(
    bundle: Bundle,
    clip: string,
    frames: number,
    { engines, threads }: { engines: number; threads: number },
  ): Promise<BareGraphs> {
    const { sizes, sampling, preprocessing } = bundle.manifest;
    const opened = await Promise.all(
      Array.from({ length: engines }, () => openEngine(bundle, { executionProviders: ['cpu'], threads })),
    );
    const [first, ...rest] = opened;
    if (first === undefined) throw new Error('at least one engine is needed');
    const chunks: DecodedChunk[] = [];
    const before = performance.now();
    for (const span of chunkPlan(frames, chunkSizes(sizes))) {
      const { height, width, frames_per_chunk: length } = sizes;
      const decoded = await decodeFrames(clip, {
        start: span.start,
        end: span.end,
        fps: sampling.fps,
        height,
        width,
        fit: preprocessing.fit,
      });
      const padded = new Uint8Array(length * height * width * 3);
      padded.set(decoded);
      chunks.push({
        span,
        frames: padded,
        frameMask: Uint8Array.from({ length }, (_, at) => (at < span.end - span.start ? 1 : 0)),
      });
    }
    return new BareGraphs([first, ...rest], bundle.manifest, chunks, (performance.now() - before) / 1000);
  }

  /**
   * Runs perceive on every chunk, shared out over the engines, and remember in chunk order. Resolves to the
   * seconds it took.
   */
  async run(): Promise<number> {
    const before = performance.now();
    const perceived = this.chunks.map(() => Promise.withResolvers<PerceiveOutput>());
    let next = 0;
    const perceiveAll = async (engine: Engine): Promise<void> => {
      for (let at = next++; at < this.chunks.length; at = next++) {
        const chunk = this.chunks[at];
        if (chunk === undefined) return;
        // the engine takes its input over
        perceived[at]?.resolve(
          await engine.perceive({ frames: chunk.frames.slice(), frameMask: chunk.frameMask.slice() }),
        );
      }
    };
    const rememberAll = async (): Promise<void> => {
      let state: MemoryState = emptyState(this.manifest.sizes);
      for (const [at, { span }] of this.chunks.entries()) {
        const features = await perceived[at]?.promise;
        if (features !== undefined) state = await this.#remember(features, span, state);
      }
    };
    await Promise.all([rememberAll(), ...this.engines.map(perceiveAll)]);
    return (performance.now() - before) / 1000;
  }

  async close(): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.close()));
  }

  async #remember(features: PerceiveOutput, span: ChunkSpan, state: MemoryState): Promise<MemoryState> {
    const { sizes, sampling } = this.manifest;
    const length = sizes.frames_per_chunk;
    const { visualTokens, geometryTokens, viewTokens, points, centers, confidence, cameraToChunk } = features;
    const out = await this.engines[0].remember({
      ...{ visualTokens, geometryTokens, viewTokens, points, centers, confidence },
      cameraToWorld: cameraToChunk,
      frameMask: Uint8Array.from({ length }, (_, at) =>
        at >= span.freshFrom - span.start && at < span.end - span.start ? 1 : 0,
      ),
      frameTimes: Float32Array.from({ length }, (_, at) => (span.start + at) / sampling.fps),
      ...state,
    });
    return {
      working: out.nextWorking,
      workingTimes: out.nextWorkingTimes,
      workingMask: out.nextWorkingMask,
      episodic: out.nextEpisodic,
      episodicTimes: out.nextEpisodicTimes,
      episodicMask: out.nextEpisodicMask,
    };
  }
}
