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
import { AccessTokens } from './access-tokens.js';
import { KnownKeys } from './known-keys.js';
import { DEV_KEY, DEV_TENANT, bearerKey, hashKey, isLoopback } from './keys.js';

const OPEN = 'loci:open';
/** Marks a route that needs no key. */
export const Open = () => SetMetadata(OPEN, true);

const ADMIN = 'loci:admin';
/** Marks a route that needs a key with the scope admin. */
export const Admin = () => SetMetadata(ADMIN, true);

const TOKENED = 'loci:tokened';
/** Marks a route that takes an access token in its query, in place of the key. */
export const Tokened = () => SetMetadata(TOKENED, true);

/** The tenant on whose behalf the request is made. */
export const Tenant = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { tenant } = context.switchToHttp().getRequest<ApiRequest>();
  if (tenant === undefined) throw new LociError('unauthorized', 'This needs an API key');
  return tenant;
});

/** Admits a request whose bearer key or access token is known, and sets its tenant. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly adminHashes: ReadonlySet<string>;

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(KnownKeys) private readonly keys: KnownKeys,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {
    this.adminHashes = new Set(config.adminKeys.map(({ key }) => hashKey(key)));
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.isMarked(context, OPEN)) return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const token = this.isMarked(context, TOKENED) ? tokenOf(request) : null;
    request.tenant = await (token === null ? this.tenantOfKey(request) : this.tenantOfToken(request, token));
    if (this.isMarked(context, ADMIN) && request.isAdmin !== true)
      throw new LociError('forbidden', 'This needs a key with the scope admin (ADMIN_KEYS)');
    return true;
  }

  private isMarked(context: ExecutionContext, mark: string): boolean {
    const places = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(mark, places) === true;
  }

  private async tenantOfKey(request: ApiRequest): Promise<string> {
    const key = bearerKey(header(request, 'authorization'));
    if (key === null) throw new LociError('unauthorized', 'Send Authorization: Bearer <key>');
    const isDev = key === DEV_KEY && isDirect(request);
    const tenant = this.isKeyless ? (isDev ? DEV_TENANT : null) : await this.keys.tenantOf(hashKey(key));
    if (tenant === null) throw new LociError('unauthorized', 'This API key is not known');
    request.isAdmin = this.isKeyless || this.adminHashes.has(hashKey(key));
    return tenant;
  }

  private async tenantOfToken(request: ApiRequest, token: string): Promise<string> {
    const tenant = await this.tokens.tenantOf(token, request.path);
    // a token opens no more than the key for which it was made
    if (this.isKeyless && !isDirect(request))
      throw new LociError('unauthorized', 'The token is for this machine alone');
    return tenant;
  }

  private get isKeyless(): boolean {
    return isKeyless(this.config);
  }
}

/** Whether no keys are configured. */
export const isKeyless = ({ apiKeys, adminKeys }: Config): boolean =>
  apiKeys.length === 0 && adminKeys.length === 0;

/** The access token in the query of a request without a key. */
const tokenOf = (request: ApiRequest): string | null =>
  header(request, 'authorization') === null
    ? new URL(request.originalUrl, 'http://localhost').searchParams.get('token')
    : null;

/**
 * Whether a request comes from this machine itself, and not through a proxy on it. Without configured keys no
 * other is let in, and from this machine only with the key `dev`.
 */
export function isDirect(request: ApiRequest): boolean {
  const forwarded = header(request, 'forwarded') ?? header(request, 'x-forwarded-for');
  return isLoopback(request.socket.remoteAddress) && forwarded === null;
}
