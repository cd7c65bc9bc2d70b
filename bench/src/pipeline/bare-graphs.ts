import { prompt } from '@loci/answering';
import type { Ask } from '@loci/contracts';
import { openEngine, type AnswerInput, type Bundle, type Engine, type PerceiveOutput } from '@loci/inference';
import { emptyState, type MemoryState } from '@loci/memory';
import type { ChunkSpan } from '@loci/pipeline';
import { decodeChunks, type DecodedChunk } from '../decoded-chunks.js';
import type { AskedClip } from './clip.js';
import type { Side } from './side.js';

/** The graphs without the service around them, one thread each call, on frames that lie decoded in memory. */
export class BareGraphs implements Side {
  private constructor(
    readonly name: string,
    private readonly engine: Engine,
    private readonly bundle: Bundle,
    private readonly chunks: DecodedChunk[],
    private readonly asks: readonly Ask[],
  ) {}

  /** Opens an engine, and decodes the clip's first `frames` sampled frames. */
  static async open(
    bundle: Bundle,
    { file, asks }: AskedClip,
    options: { name: string; frames: number; threads: number },
  ): Promise<BareGraphs> {
    const engine = await openEngine(bundle, { executionProviders: ['cpu'], threads: options.threads });
    const chunks = await decodeChunks(file, options.frames, bundle.manifest);
    return new BareGraphs(options.name, engine, bundle, chunks, asks);
  }

  /** Perceives and remembers chunk after chunk, then answers each question. */
  async run(): ReturnType<Side['run']> {
    const [begun, cpu] = [performance.now(), process.cpuUsage()];
    let state: MemoryState = emptyState(this.bundle.manifest.sizes);
    for (const { span, frames, frameMask } of this.chunks)
      state = await this.#remember(await this.engine.perceive({ frames, frameMask }), span, state);
    for (const ask of this.asks) await this.engine.answer({ ...state, ...this.#asked(ask) });
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - begun) / 1000, cpu: { graphs: (user + system) / 1e6 } };
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  #asked({ question, options }: Ask): Pick<AnswerInput, 'questionIds' | 'questionMask' | 'task'> {
    const { tokenizer } = this.bundle;
    const { ids, mask } = tokenizer.encode(prompt(question, options ?? null));
    return { questionIds: ids, questionMask: mask, task: tokenizer.taskId(null) };
  }

  async #remember(features: PerceiveOutput, span: ChunkSpan, state: MemoryState): Promise<MemoryState> {
    const { sizes, sampling } = this.bundle.manifest;
    const length = sizes.frames_per_chunk;
    const { visualTokens, geometryTokens, viewTokens, points, centers, confidence, cameraToChunk } = features;
    const isFresh = (index: number): boolean =>
      index >= span.freshFrom - span.start && index < span.end - span.start;
    const next = await this.engine.remember({
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
