import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LociError, type AccessToken } from '@loci/contracts';
import { SignJWT, errors, jwtVerify } from 'jose';
import type { Config } from '../config.js';
import { CONFIG } from '../connections/tokens.js';

const ALGORITHM = 'HS256';
const SECRET_BYTES = 32;

/**
 * Tokens that stand in for a key in the query of one address. They are signed (JWT), and name the tenant, the
 * address and when they end; nothing is stored.
 */
@Injectable()
export class AccessTokens {
  private readonly secret: Uint8Array;

  constructor(@Inject(CONFIG) { tokenSecret }: Config) {
    this.secret =
      tokenSecret === undefined ? randomBytes(SECRET_BYTES) : new TextEncoder().encode(tokenSecret);
  }

  async mint(tenant: string, path: string, seconds: number): Promise<AccessToken> {
    const expires = new Date(Math.floor(Date.now() / 1000 + seconds) * 1000);
    const token = await new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(tenant)
      .setAudience(path)
      .setExpirationTime(expires)
      .sign(this.secret);
    return { token, expires_at: expires.toISOString() };
  }

  /**
   * The tenant for whom a token was made.
   * @throws LociError 'unauthorized' for one that ended, is for another address, or was made by nobody here
   */
  async tenantOf(token: string, path: string): Promise<string> {
    try {
      const { payload } = await jwtVerify(token, this.secret, {
        algorithms: [ALGORITHM],
        audience: path,
        requiredClaims: ['sub', 'exp'],
      });
      if (payload.sub !== undefined) return payload.sub;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new LociError('unauthorized', 'The token has ended');
      if (!(error instanceof errors.JOSEError)) throw error;
    }
    throw new LociError('unauthorized', 'The token is not one for this address');
  }
}
