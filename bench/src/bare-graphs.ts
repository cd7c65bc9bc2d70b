import type { Manifest } from '@loci/contracts';
import { openEngine, type Bundle, type Engine, type PerceiveOutput } from '@loci/inference';
import { emptyState, type MemoryState } from '@loci/memory';
import type { ChunkSpan } from '@loci/pipeline';
import { decodeChunks, type DecodedChunk } from './decoded-chunks.js';

/** The graphs without the service around them, on frames that lie decoded in memory. */
export class BareGraphs {
  private constructor(
    private readonly engines: [Engine, ...Engine[]],
    private readonly manifest: Manifest,
    private readonly chunks: DecodedChunk[],
    /** The time to decode the whole clip in one pass. */
    readonly decodeSeconds: number,
  ) {}

  /**
   * Opens the engines, and decodes the clip's first `frames` sampled frames.
   * @param options `engines`: their number; `threads`: inference threads of each
   */
  static async open(
    bundle: Bundle,
    clip: string,
    frames: number,
    options: { engines: number; threads: number },
  ): Promise<BareGraphs> {
    const { manifest } = bundle;
    const settings = { executionProviders: ['cpu'], threads: options.threads } as const;
    const [first, ...others] = await Promise.all(
      Array.from({ length: options.engines }, () => openEngine(bundle, settings)),
    );
    if (first === undefined) throw new Error('at least one engine is needed');
    const before = performance.now();
    const chunks = await decodeChunks(clip, frames, manifest);
    return new BareGraphs([first, ...others], manifest, chunks, secondsSince(before));
  }

  /**
   * Runs perceive on every chunk, shared out over the engines, and remember in chunk order.
   * @returns seconds
   */
  async run(): Promise<number> {
    const before = performance.now();
    const perceived = this.chunks.map(() => Promise.withResolvers<PerceiveOutput>());
    const queue = [...this.chunks.entries()];
    const perceiveQueue = async (engine: Engine): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, { frames, frameMask }] = next;
        // the engine takes its input over, so each run gives it a copy
        const input = { frames: frames.slice(), frameMask: frameMask.slice() };
        perceived[index]?.resolve(await engine.perceive(input));
      }
    };
    const rememberAll = async (): Promise<void> => {
      let state: MemoryState = emptyState(this.manifest.sizes);
      for (const [index, { span }] of this.chunks.entries()) {
        const features = await perceived[index]?.promise;
        if (features !== undefined) state = await this.#remember(features, span, state);
      }
    };
    await Promise.all([rememberAll(), ...this.engines.map(perceiveQueue)]);
    return secondsSince(before);
  }

  async close(): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.close()));
  }

  async #remember(features: PerceiveOutput, span: ChunkSpan, state: MemoryState): Promise<MemoryState> {
    const { sizes, sampling } = this.manifest;
    const length = sizes.frames_per_chunk;
    const { visualTokens, geometryTokens, viewTokens, points, centers, confidence, cameraToChunk } = features;
    const isFresh = (index: number): boolean =>
      index >= span.freshFrom - span.start && index < span.end - span.start;
    const next = await this.engines[0].remember({
      ...{ visualTokens, geometryTokens, viewTokens, points, centers, confidence },
      cameraToWorld: cameraToChunk,
      frameMask: Uint8Array.from({ length }, (_, index) => (isFresh(index) ? 1 : 0)),
      frameTimes: Float32Array.from({ length }, (_, index) => (span.start + index) / sampling.fps),
      ...state,
    });
    return {
      working: next.nextWorking,
      workingTimes: next.nextWorkingTimes,
      workingMask: next.nextWorkingMask,
      episodic: next.nextEpisodic,
      episodicTimes: next.nextEpisodicTimes,
      episodicMask: next.nextEpisodicMask,
    };
  }
}

const secondsSince = (before: number): number => (performance.now() - before) / 1000;
