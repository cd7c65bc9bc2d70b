import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Open } from '../auth/auth.guard.js';
import { Problems, Returns, ReturnsContent } from '../openapi/decorators.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

@ApiTags('service')
@Open()
@Controller()
export class HealthController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
  @ApiOperation({ summary: 'Liveness: the process answers' })
  @Returns(200, healthSchema, 'It does')
  live(): z.infer<typeof healthSchema> {
    return { status: 'ok' };
  }

  @Get('readyz')
  @ApiOperation({ summary: 'Readiness: the database, the queue and the object store can be reached' })
  @Returns(200, healthSchema, 'They can')
  @Problems('unavailable')
  async ready(): Promise<z.infer<typeof healthSchema>> {
    await this.readiness.check();
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Metrics in the Prometheus text format' })
  @ReturnsContent(200, 'text/plain', 'The metrics')
  scrape(): Promise<string> {
    return this.metrics.text();
  }
}
