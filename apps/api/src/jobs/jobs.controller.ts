import type { ServerResponse } from 'node:http';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  LociError,
  MAX_WAIT_S,
  idSchema,
  jobSchema,
  jobSummarySchema,
  pageSchema,
  submitJobSchema,
  videoListQuerySchema,
  type Job,
  type JobSummary,
  type Page,
  type SubmitJob,
  type VideoListQuery,
} from '@loci/contracts';
import { z } from 'zod';
import { Tenant } from '../auth/auth.guard.js';
import { disconnection, header, type ApiRequest } from '../http/request.js';
import { Keyed, Problems, Returns } from '../openapi/decorators.js';
import { JobsService } from './jobs.service.js';

const waitQuerySchema = z.object({
  wait: z.coerce
    .number()
    .min(0)
    .max(MAX_WAIT_S)
    .default(0)
    .meta({ description: 'answer only when the job has ended, or after this many seconds' }),
});

/**
 * The request's Idempotency-Key, or null.
 * @throws LociError 'invalid-request' for a key that is empty, too long or not printable ASCII
 */
function idempotencyKey(request: ApiRequest): string | null {
  const key = header(request, 'idempotency-key');
  if (key === null || /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw new LociError('invalid-request', 'An Idempotency-Key has 1 to 255 printable ASCII characters');
}

@ApiTags('jobs')
@Keyed()
@Controller('v1/jobs')
export class JobsController {
  constructor(@Inject(JobsService) private readonly jobs: JobsService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Build the memory of a video (or reuse it) and answer questions from it' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'For 24 hours the same key and body give the same job',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  })
  @Returns(202, jobSchema, 'The job', { location: 'Address of the job' })
  @Problems(
    'invalid-request',
    'not-found',
    'not-ready',
    'request-too-large',
    'unsupported-media-type',
    'idempotency-mismatch',
    'unknown-model',
    'sampling-out-of-range',
    'no-key-pictures',
    'camera-unusable',
    'metadata-too-large',
    'question-too-long',
    'as-of-out-of-range',
  )
  async submitJob(
    @Tenant() tenant: string,
    @Body({ schema: submitJobSchema }) body: SubmitJob,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Job> {
    const job = await this.jobs.submit(tenant, body, idempotencyKey(request));
    response.setHeader('location', `/v1/jobs/${job.id}`);
    return job;
  }

  @Get()
  @ApiOperation({ summary: 'Jobs, newest first; without metadata, questions and answers' })
  @Returns(200, pageSchema(jobSummarySchema), 'A page of jobs')
  @Problems('invalid-request')
  listJobs(
    @Tenant() tenant: string,
    @Query({ schema: videoListQuerySchema }) query: VideoListQuery,
  ): Promise<Page<JobSummary>> {
    return this.jobs.list(tenant, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One job; with ?wait= as soon as it has ended' })
  @Returns(200, jobSchema, 'The job')
  @Problems('invalid-request', 'not-found')
  getJob(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('job') }) id: string,
    @Query({ schema: waitQuerySchema }) { wait }: z.infer<typeof waitQuerySchema>,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Job> {
    return this.jobs.getEnded(tenant, id, wait, disconnection(response));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Cancel a job: work stops within a chunk' })
  @Returns(202, jobSchema, 'The canceled job')
  @Problems('not-found', 'job-ended')
  cancelJob(@Tenant() tenant: string, @Param('id', { schema: idSchema('job') }) id: string): Promise<Job> {
    return this.jobs.cancel(tenant, id);
  }
}
