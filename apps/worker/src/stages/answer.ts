import { composeAnswer, prompt, type ComposedAnswer } from '@loci/answering';
import type { Payloads } from '@loci/contracts';
import type { AnswerTask, MemoryRow } from '@loci/database';
import { evidence, stateTensors, tensorOrder } from '@loci/memory';
import { chunkSizes, stateChunkFor } from '@loci/pipeline';
import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type Parts } from '../parts.js';
import { StageRunner } from './stage-runner.js';
import { unlessAborted, type Watch } from './watch.js';

/** answer(question): read the memory as it stood at the asked moment, ask the model. No video is touched. */
@Injectable()
export class Answer {
  constructor(
    @Inject(PARTS) private readonly parts: Parts,
    @Inject(StageRunner) private readonly runner: StageRunner,
  ) {}

  async handle(ref: Payloads['answer'], signal: AbortSignal): Promise<void> {
    const { database } = this.parts;
    const { question_id: questionId } = ref;
    await this.runner.run(
      {
        stage: 'answer',
        name: `answer ${questionId}`,
        begin: () =>
          database.stages.beginAnswer(questionId, (memory, asOfS) => this.stateChunk(memory, asOfS)),
        work: (task: AnswerTask, watch) => this.answer(task, watch),
        wanted: () => Promise.resolve(true),
        fail: (problem) => database.stages.failQuestion(questionId, problem),
        handBack: () => database.stages.handBack('answer', ref),
        dispatch: () => Promise.resolve(),
      },
      signal,
    );
  }

  /** The chunk after which the memory knows all that it may know at the asked moment, and nothing later. */
  private stateChunk({ model, frames, samplingFps }: MemoryRow, asOfS: number | null): number {
    const { manifest } = this.parts.models.of(model).bundle;
    return stateChunkFor(asOfS, frames, samplingFps, chunkSizes(manifest.sizes));
  }

  private async answer(task: AnswerTask, watch: Watch): Promise<'committed' | 'lost'> {
    const started = performance.now();
    const answer = await this.compose(task, watch.signal);
    const committed = await this.parts.database.stages.commitAnswer(task.question.id, answer, {
      seconds: (performance.now() - started) / 1000,
    });
    return committed ? 'committed' : 'lost';
  }

  private async compose(
    { question, memory, entries, novelty }: AnswerTask,
    signal: AbortSignal,
  ): Promise<ComposedAnswer> {
    const { bundle, engine } = this.parts.models.of(memory.model);
    const { manifest, tokenizer } = bundle;
    const { ids, mask } = tokenizer.encode(prompt(question.question, question.options));
    const input = { ...stateTensors(entries, manifest.sizes), questionIds: ids, questionMask: mask };
    const output = await this.parts.metrics.part('answer', 'graph', () =>
      unlessAborted(() => engine.answer(input), signal),
    );
    return composeAnswer({
      text: tokenizer.decode(output.tokenIds),
      logProbabilities: output.logProbabilities,
      options: question.options,
      manifest,
      novelty,
      evidence: evidence(output.attention, tensorOrder(entries, manifest.sizes)),
    });
  }
}
