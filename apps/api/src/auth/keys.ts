import { createHash } from 'node:crypto';

/** The key that is accepted from loopback when no keys are configured, and its tenant. */
export const DEV_TENANT = 'dev';
export const DEV_KEY = 'dev';

/**
 * SHA-256 (hex) of a key. Only the hash is stored; keys are long and random, so a slow hash would add
 * nothing.
 */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The key of `Authorization: Bearer <key>`, or null. */
export function bearerKey(authorization: string | null): string | null {
  return /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Whether a peer's address is this machine: IPv4, IPv6, or IPv4 mapped into IPv6. */
export function isLoopback(address: string | undefined): boolean {
  const bare = (address ?? '').replace(/^::ffff:/i, '');
  return bare === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bare);
}
