import { createHash } from 'node:crypto';

/** The tenant of the key `dev`, and the key, which is accepted from loopback when no keys are configured. */
export const DEV_TENANT = 'dev';
export const DEV_KEY = 'dev';

/** SHA-256 (hex) of a key: what is kept of it. Keys are long random strings, so that a slow hash would add nothing. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The key of `Authorization: Bearer <key>`, or null. */
export function bearerKey(authorization: string | null): string | null {
  return /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Whether a peer's address is this machine itself (IPv4, IPv6, or IPv4 within IPv6). */
export function isLoopback(address: string | undefined): boolean {
  const bare = (address ?? '').replace(/^::ffff:/i, '');
  return bare === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bare);
}
