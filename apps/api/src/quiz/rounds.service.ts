import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  LociError,
  NotFoundError,
  RIGHT_FROM,
  beginRoundSchema,
  type BeginRound,
  type Job,
  type QuizAnswer,
  type QuizQuestion,
  type QuizResult,
  type QuizRound,
} from '@loci/contracts';
import { predictionOf, scoreAnswer, truthFault } from '@loci/scoring';
import { z } from 'zod';
import { JobsService } from '../jobs/jobs.service.js';
import { ModelsService } from '../models/models.service.js';
import { QuestionsService } from '../questions/questions.service.js';
import { drawRound } from './draw-round.js';
import { QuizLibrary } from './quiz-library.js';
import type { GuessedQuestion } from './quiz-sets.js';

const MAX_SEED = 2 ** 31;

/** What the metadata of a round's job say: from it the round is drawn again. */
const drawSchema = z.object({ quiz: beginRoundSchema.required({ set: true, seed: true }) });
type Draw = z.infer<typeof drawSchema>['quiz'];

/**
 * Rounds of the quiz. A round is a job: its questions are those of the round, so that Loci's answers are
 * answers of the service like any other. Truths are told only to who has answered.
 */
@Injectable()
export class RoundsService {
  constructor(
    @Inject(QuizLibrary) private readonly library: QuizLibrary,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(QuestionsService) private readonly questions: QuestionsService,
  ) {}

  async begin(tenant: string, asked: BeginRound, signal: AbortSignal): Promise<QuizRound> {
    const { id } = this.library.set(asked.set);
    const draw = { ...asked, set: id, seed: asked.seed ?? randomInt(MAX_SEED) };
    const { clip, questions } = this.draw(draw);
    const video = await this.library.video(tenant, clip, signal);
    const job = await this.jobs.submit(
      tenant,
      { video_id: video.id, questions: questions.map(askOf), metadata: { quiz: draw } },
      null,
    );
    return this.view(job, draw, questions);
  }

  async get(tenant: string, id: string): Promise<QuizRound> {
    const { job, draw, questions } = await this.find(tenant, id);
    return this.view(job, draw, questions);
  }

  /** @param seconds how long Loci's answer is waited for */
  async answer(
    tenant: string,
    id: string,
    given: QuizAnswer,
    seconds: number,
    disconnected: AbortSignal,
  ): Promise<QuizResult> {
    const { job, questions } = await this.find(tenant, id);
    const index = questions.findIndex((question) => question.id === given.question_id);
    const [question, own] = [questions[index], job.questions[index]];
    if (question === undefined || own === undefined)
      throw new NotFoundError(`Question ${given.question_id} of round ${id}`);
    checkAnswer(question, given.answer);
    const { status, answer } = await this.questions.getEnded(tenant, own.id, seconds, disconnected);
    const judged = (text: string) => judge(question, text);
    return {
      ...judged(given.answer),
      truth: question.truth,
      loci: {
        status,
        answer,
        ...(answer === null ? {} : judged(predictionOf(question.questionType, answer))),
      },
      blind: question.blind === null ? null : { answer: question.blind, ...judged(question.blind) },
    };
  }

  private draw({ set, seed, questions: count }: Draw) {
    return drawRound(this.library.set(set).clips, seed, count);
  }

  /** @throws NotFoundError for a job that is no round, or whose set has changed since */
  private async find(tenant: string, id: string) {
    const job = await this.jobs.get(tenant, id);
    const drawn = drawSchema.safeParse(job.metadata);
    if (!drawn.success) throw new NotFoundError(`Round ${id}`);
    const { questions } = this.draw(drawn.data.quiz);
    if (!questions.every(({ question }, index) => job.questions[index]?.question === question))
      throw new NotFoundError(`Round ${id}`);
    return { job, draw: drawn.data.quiz, questions };
  }

  private view(job: Job, { set, seed }: Draw, questions: readonly GuessedQuestion[]): QuizRound {
    const { tasks } = this.models.named(undefined).manifest;
    const views = questions.map(({ id, questionType, question, options }): QuizQuestion => ({
      id,
      question_type: questionType,
      question,
      options: options === null ? null : [...options],
      unit: tasks[questionType]?.unit ?? null,
    }));
    const { id, video_id, memory_id } = job;
    return { id, set, seed, video_id, memory_id, questions: views };
  }
}

const askOf = ({ question, options }: GuessedQuestion) =>
  options === null ? { question } : { question, options: [...options] };

/** @throws LociError 'invalid-request' for what is neither a number nor one of the letters */
function checkAnswer({ questionType, options }: GuessedQuestion, answer: string): void {
  if (truthFault(questionType, answer, options) === null) return;
  const detail = 'must be a number, or the letter of an option';
  throw new LociError('invalid-request', `The answer ${detail}`, {
    errors: [{ pointer: '/answer', detail }],
  });
}

function judge({ questionType, truth }: GuessedQuestion, answer: string): { score: number; right: boolean } {
  const score = scoreAnswer(questionType, answer, truth);
  return { score, right: score >= RIGHT_FROM };
}
