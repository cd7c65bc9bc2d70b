import type { ServerResponse } from 'node:http';
import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  askSchema,
  idSchema,
  listQuerySchema,
  pageSchema,
  questionSchema,
  type Ask,
  type ListQuery,
  type Page,
  type Question,
} from '@loci/contracts';
import { Tenant } from '../auth/auth.guard.js';
import { disconnection, header, type ApiRequest } from '../http/request.js';
import { preferredWait } from '../http/wait.js';
import { Keyed, Problems, Returns } from '../openapi/decorators.js';
import { QuestionsService, hasEnded } from './questions.service.js';

@ApiTags('questions')
@Keyed()
@Controller('v1')
export class QuestionsController {
  constructor(@Inject(QuestionsService) private readonly questions: QuestionsService) {}

  @Post('memories/:id/questions')
  @ApiOperation({
    summary: 'Ask a memory: no video is touched. One that is still being built answers when it can',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: 'wait=N: answer within the response when it takes at most N (≤ 60) seconds',
    schema: { type: 'string', examples: ['wait=30'] },
  })
  @Returns(200, questionSchema, 'The question with its answer (with Prefer: wait=N)', {
    location: 'Address of the question',
  })
  @Returns(202, questionSchema, 'The question, to be answered', { location: 'Address of the question' })
  @Problems(
    'invalid-request',
    'not-found',
    'not-ready',
    'request-too-large',
    'unsupported-media-type',
    'question-too-long',
    'as-of-out-of-range',
    'unknown-model',
  )
  async ask(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('memory') }) memoryId: string,
    @Body({ schema: askSchema }) body: Ask,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Question> {
    const wait = preferredWait(header(request, 'prefer'));
    const question = await this.questions.ask(tenant, memoryId, body, wait ?? 0, disconnection(response));
    response.statusCode = hasEnded(question) ? 200 : 202;
    response.setHeader('location', `/v1/questions/${question.id}`);
    if (wait !== null) response.setHeader('preference-applied', `wait=${wait}`);
    return question;
  }

  @Get('memories/:id/questions')
  @ApiOperation({ summary: 'What the memory was asked, by jobs too; newest first' })
  @Returns(200, pageSchema(questionSchema), 'A page of questions')
  @Problems('invalid-request', 'not-found')
  listQuestions(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('memory') }) memoryId: string,
    @Query({ schema: listQuerySchema }) query: ListQuery,
  ): Promise<Page<Question>> {
    return this.questions.list(tenant, memoryId, query);
  }

  @Get('questions/:id')
  @ApiOperation({ summary: 'One question, with its answer once there is one' })
  @Returns(200, questionSchema, 'The question')
  @Problems('not-found')
  getQuestion(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('question') }) id: string,
  ): Promise<Question> {
    return this.questions.get(tenant, id);
  }
}
