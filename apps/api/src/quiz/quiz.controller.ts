import type { ServerResponse } from 'node:http';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  beginRoundSchema,
  idSchema,
  pageSchema,
  quizAnswerSchema,
  quizResultSchema,
  quizRoundSchema,
  quizSetSchema,
  type BeginRound,
  type Page,
  type QuizAnswer,
  type QuizResult,
  type QuizRound,
  type QuizSet,
} from '@loci/contracts';
import { Tenant } from '../auth/auth.guard.js';
import { disconnection, header, type ApiRequest } from '../http/request.js';
import { preferredWait } from '../http/wait.js';
import { Keyed, Problems, Returns } from '../openapi/decorators.js';
import { QuizLibrary } from './quiz-library.js';
import { RoundsService } from './rounds.service.js';

const roundId = { schema: idSchema('job') };

@ApiTags('quiz')
@Keyed()
@Controller('v1/quiz')
export class QuizController {
  constructor(
    @Inject(QuizLibrary) private readonly library: QuizLibrary,
    @Inject(RoundsService) private readonly rounds: RoundsService,
  ) {}

  @Get('sets')
  @ApiOperation({ summary: 'Sets of clips whose truths are known' })
  @Returns(200, pageSchema(quizSetSchema), 'All of them on one page')
  listQuizSets(): Page<QuizSet> {
    return { data: this.library.list(), next_cursor: null };
  }

  @Post('rounds')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Begin a round: its clip becomes a video, and a job asks Loci its questions',
    description: 'It can be played at once. The job is one like any other.',
  })
  @Returns(202, quizRoundSchema, 'The round', { location: 'Address of the round' })
  @Problems('invalid-request', 'not-found', 'request-too-large', 'unsupported-media-type')
  async beginRound(
    @Tenant() tenant: string,
    @Body({ schema: beginRoundSchema }) body: BeginRound,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<QuizRound> {
    const round = await this.rounds.begin(tenant, body, disconnection(response));
    response.setHeader('location', `/v1/quiz/rounds/${round.id}`);
    return round;
  }

  @Get('rounds/:id')
  @ApiOperation({ summary: 'A round that was begun' })
  @Returns(200, quizRoundSchema, 'The round')
  @Problems('not-found')
  getRound(@Tenant() tenant: string, @Param('id', roundId) id: string): Promise<QuizRound> {
    return this.rounds.get(tenant, id);
  }

  @Post('rounds/:id/answers')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Answer a question of a round: how right it is, the truth, and what Loci and a blind guess say',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: 'wait=N: wait up to N (≤ 60) seconds for Loci’s own answer',
    schema: { type: 'string', examples: ['wait=10'] },
  })
  @Returns(200, quizResultSchema, 'How it compares')
  @Problems('invalid-request', 'not-found', 'request-too-large', 'unsupported-media-type')
  answerRound(
    @Tenant() tenant: string,
    @Param('id', roundId) id: string,
    @Body({ schema: quizAnswerSchema }) body: QuizAnswer,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<QuizResult> {
    const wait = preferredWait(header(request, 'prefer')) ?? 0;
    return this.rounds.answer(tenant, id, body, wait, disconnection(response));
  }
}
