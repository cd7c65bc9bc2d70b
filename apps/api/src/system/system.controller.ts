import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { systemSchema, type System } from '@loci/contracts';
import { Admin } from '../auth/auth.guard.js';
import { Keyed, Problems, Returns } from '../openapi/decorators.js';
import { SystemService } from './system.service.js';

@ApiTags('service')
@Keyed()
@Admin()
@Controller('v1/system')
export class SystemController {
  constructor(@Inject(SystemService) private readonly system: SystemService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How the installation stands, over all tenants; for keys with the scope admin' })
  @Returns(200, systemSchema, 'Queues, workers, failures, versions and disk')
  @Problems('forbidden')
  getSystem(): Promise<System> {
    return this.system.get();
  }
}
