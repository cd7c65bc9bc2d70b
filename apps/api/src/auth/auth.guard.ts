import {
  Inject,
  Injectable,
  SetMetadata,
  createParamDecorator,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LociError } from '@loci/contracts';
import type { Config } from '../config.js';
import { CONFIG } from '../connections/tokens.js';
import { header, type ApiRequest } from '../http/request.js';
import { KnownKeys } from './known-keys.js';
import { DEV_KEY, DEV_TENANT, bearerKey, hashKey, isLoopback } from './keys.js';

const OPEN = 'loci:open';
/** Marks a route that needs no key. */
export const Open = () => SetMetadata(OPEN, true);

/** The tenant on whose behalf the request is made. */
export const Tenant = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { tenant } = context.switchToHttp().getRequest<ApiRequest>();
  if (tenant === undefined) throw new LociError('unauthorized', 'This needs an API key');
  return tenant;
});

/** Admits a request whose bearer key is known, and sets its tenant. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(KnownKeys) private readonly keys: KnownKeys,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (
      this.reflector.getAllAndOverride<boolean | undefined>(OPEN, [
        context.getHandler(),
        context.getClass(),
      ]) === true
    )
      return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const key = bearerKey(header(request, 'authorization'));
    if (key === null) throw new LociError('unauthorized', 'Send Authorization: Bearer <key>');
    const tenant =
      this.config.apiKeys.length === 0 ? developer(request, key) : await this.keys.tenantOf(hashKey(key));
    if (tenant === null) throw new LociError('unauthorized', 'This API key is not known');
    request.tenant = tenant;
    return true;
  }
}

/**
 * The tenant when no keys are configured: that of the key `dev`, for a direct request from this machine. A
 * request that a proxy on this machine forwards is refused.
 */
function developer(request: ApiRequest, key: string): string | null {
  const forwarded = header(request, 'forwarded') ?? header(request, 'x-forwarded-for');
  return key === DEV_KEY && isLoopback(request.socket.remoteAddress) && forwarded === null
    ? DEV_TENANT
    : null;
}
