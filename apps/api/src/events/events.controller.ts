import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { LociError, accessTokenSchema, idSchema, tokenQuerySchema, type AccessToken } from '@loci/contracts';
import { AccessTokens } from '../auth/access-tokens.js';
import { Tenant, Tokened } from '../auth/auth.guard.js';
import { header, type ApiRequest } from '../http/request.js';
import { Keyed, Problems, Returns, ReturnsContent } from '../openapi/decorators.js';
import { JobsService } from '../jobs/jobs.service.js';
import { EventsService } from './events.service.js';

/** How long a browser may take from the token to the stream; an open stream goes on. Seconds. */
const TOKEN_S = 5 * 60;

/** The number of the last event that a client has seen; 0 when it has seen none. */
function lastEventId(request: ApiRequest): number {
  const given = header(request, 'last-event-id') ?? '0';
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new LociError('invalid-request', 'Last-Event-ID is the id of an event of this job');
}

@ApiTags('jobs')
@Keyed()
@Controller('v1/jobs')
export class EventsController {
  constructor(
    @Inject(EventsService) private readonly events: EventsService,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {}

  @Post(':id/events-token')
  @ApiOperation({ summary: 'A token with which a browser’s EventSource follows this job, for five minutes' })
  @Returns(201, accessTokenSchema, 'The token, for `?token=`')
  @Problems('not-found')
  async createEventsToken(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('job') }) id: string,
  ): Promise<AccessToken> {
    await this.jobs.get(tenant, id);
    return this.tokens.mint(tenant, `/v1/jobs/${id}/events`, TOKEN_S);
  }

  @Get(':id/events')
  @Tokened()
  @ApiOperation({
    summary: 'A job as it goes: server-sent events `progress`, `answer` and `done`',
    description:
      'The data of each is JSON; `#/components/schemas/JobEvents` has its schema by the name of the event. ' +
      'A comment line every 15 s keeps the stream open.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Replays what came after this event',
    schema: { type: 'integer', minimum: 0 },
  })
  @ReturnsContent(200, 'text/event-stream', 'The events, until the job is done')
  @ApiResponse({ status: 204, description: 'The job has ended and all its events were seen' })
  @Problems('invalid-request', 'not-found')
  followJob(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('job') }) id: string,
    // for the document: the guard has read it
    @Query({ schema: tokenQuerySchema }) _query: unknown,
    @Req() request: ApiRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const seen = lastEventId(request);
    return request.method === 'HEAD'
      ? this.events.head(tenant, id, seen, response)
      : this.events.stream(tenant, id, seen, response);
  }
}
