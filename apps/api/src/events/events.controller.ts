import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { LociError, idSchema } from '@loci/contracts';
import { Tenant } from '../auth/auth.guard.js';
import { header, type ApiRequest } from '../http/request.js';
import { Keyed, Problems, ReturnsContent } from '../openapi/decorators.js';
import { EventsService } from './events.service.js';

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
  constructor(@Inject(EventsService) private readonly events: EventsService) {}

  @Get(':id/events')
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
    @Req() request: ApiRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const seen = lastEventId(request);
    return request.method === 'HEAD'
      ? this.events.head(tenant, id, seen, response)
      : this.events.stream(tenant, id, seen, response);
  }
}
