import { Controller, Get, Header, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { accessTokenSchema, systemSchema, type AccessToken, type System } from '@loci/contracts';
import { AccessTokens } from '../auth/access-tokens.js';
import { Admin, Tenant } from '../auth/auth.guard.js';
import { Keyed, Problems, Returns } from '../openapi/decorators.js';
import { BOARD, BOARD_S } from './board.js';
import { SystemService } from './system.service.js';

@ApiTags('service')
@Keyed()
@Admin()
@Controller('v1/system')
export class SystemController {
  constructor(
    @Inject(SystemService) private readonly system: SystemService,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How the installation stands, over all tenants; for keys with the scope admin' })
  @Returns(200, systemSchema, 'Queues, workers, failures, versions and disk')
  @Problems('forbidden')
  getSystem(): Promise<System> {
    return this.system.get();
  }

  @Post('queues-token')
  @ApiOperation({ summary: 'A token with which a browser opens the board of the queues, for an hour' })
  @Returns(201, accessTokenSchema, 'The token, for `/queues?token=`')
  @Problems('forbidden')
  createQueuesToken(@Tenant() tenant: string): Promise<AccessToken> {
    return this.tokens.mint(tenant, BOARD, BOARD_S);
  }
}
