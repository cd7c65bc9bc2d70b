import { composeAnswer, prompt, type ComposedAnswer } from '@loci/answering';
import type { Payloads } from '@loci/contracts';
import type { AnswerTask, MemoryRecord } from '@loci/database';
import { evidence, stateTensors, tensorOrder } from '@loci/memory';
import { chunkSizes, stateChunkFor } from '@loci/pipeline';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from '../connections.js';
import { StageRunner } from './stage-runner.js';
import { unlessAborted, type Watch } from './watch.js';

/** answer(question): reads the memory as it was at the asked moment, and asks the model. No video is read. */
@Injectable()
export class Answer {
  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(StageRunner) private readonly runner: StageRunner,
  ) {}

  async handle(ref: Payloads['answer'], signal: AbortSignal): Promise<void> {
    const { database } = this.connections;
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
        refundAttempt: () => database.stages.refundAttempt('answer', ref),
        dispatch: () => Promise.resolve(),
      },
      signal,
    );
  }

  /** The chunk whose state answers the question; see stateChunkFor. */
  private stateChunk({ model, frames, samplingFps }: MemoryRecord, asOfS: number | null): number {
    const { manifest } = this.connections.models.of(model).bundle;
    return stateChunkFor(asOfS, frames, samplingFps, chunkSizes(manifest.sizes));
  }

  private async answer(task: AnswerTask, watch: Watch): Promise<'committed' | 'lost'> {
    const started = performance.now();
    const answer = await this.compose(task, watch.signal);
    const committed = await this.connections.database.stages.commitAnswer(task.question.id, answer, {
      seconds: (performance.now() - started) / 1000,
    });
    return committed ? 'committed' : 'lost';
  }

  private async compose(
    { question, memory, entries, novelty }: AnswerTask,
    signal: AbortSignal,
  ): Promise<ComposedAnswer> {
    const { bundle, engine } = this.connections.models.of(memory.model);
    const { manifest, tokenizer } = bundle;
    const { ids, mask } = tokenizer.encode(prompt(question.question, question.options));
    const input = { ...stateTensors(entries, manifest.sizes), questionIds: ids, questionMask: mask };
    const output = await this.connections.metrics.step('answer', 'graph', () =>
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
