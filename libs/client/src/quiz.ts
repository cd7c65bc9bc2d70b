import {
  exampleSchema,
  pageSchema,
  quizResultSchema,
  quizRoundSchema,
  quizSetSchema,
  videoSchema,
  type beginRoundSchema,
  type Example,
  type QuizAnswer,
  type QuizResult,
  type QuizRound,
  type QuizSet,
  type Video,
} from '@loci/contracts';
import type { z } from 'zod';
import { jsonRequest, type Connection } from './connection.js';

/** The quiz: rounds of questions whose truths are known; and worked examples. */
export class QuizClient {
  constructor(private readonly connection: Connection) {}

  /** Sets of clips whose truths are known. */
  async sets(): Promise<QuizSet[]> {
    return (await this.connection.read(pageSchema(quizSetSchema), 'GET', '/v1/quiz/sets')).data;
  }

  /** Begins a round: its clip becomes a video, and a job asks Loci its questions. */
  begin(round: z.input<typeof beginRoundSchema> = {}): Promise<QuizRound> {
    return this.connection.read(quizRoundSchema, 'POST', '/v1/quiz/rounds', jsonRequest(round));
  }

  round(id: string): Promise<QuizRound> {
    return this.connection.read(quizRoundSchema, 'GET', `/v1/quiz/rounds/${id}`);
  }

  /** Answers a question of a round, and waits up to `waitS` seconds for Loci's own answer. */
  answer(roundId: string, answer: QuizAnswer, waitS = 0): Promise<QuizResult> {
    const { headers, body } = jsonRequest(answer);
    return this.connection.read(quizResultSchema, 'POST', `/v1/quiz/rounds/${roundId}/answers`, {
      body,
      headers: { ...headers, prefer: `wait=${waitS}` },
    });
  }

  /** Worked examples of the shipped model. */
  async examples(): Promise<Example[]> {
    return (await this.connection.read(pageSchema(exampleSchema), 'GET', '/v1/examples')).data;
  }

  /** The clip of an example as a video. */
  openExample(id: string): Promise<Video> {
    return this.connection.read(videoSchema, 'POST', `/v1/examples/${id}/video`);
  }
}
