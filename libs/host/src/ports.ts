import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { CommandError } from './command-error.js';

/**
 * These lie below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152).
 * One of those could be taken after it was found free and before a server listens on it.
 */
const PORTS = { from: 20_000, below: 32_000 };

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    try {
      return await listenOnce(randomInt(PORTS.from, PORTS.below), '127.0.0.1');
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error;
    }
  }
}

/**
 * Checks that the API will get its port.
 * @param port 0: any free port
 * @throws CommandError that names the port and the remedy
 */
export async function claimPort(port: number, host: string): Promise<number> {
  if (port === 0) return freePort();
  try {
    return await listenOnce(port, host);
  } catch (cause) {
    const remedy = `PORT=${port < 65_000 ? port + 1 : 8080} npm start`;
    throw new CommandError(`Port ${port} ${reasonOf(cause)}; choose another one, such as ${remedy}.`, {
      cause,
    });
  }
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return 'is in use';
  if (code === 'EACCES') return 'may not be used by this user';
  return `cannot be used (${String(code)})`;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

async function listenOnce(port: number, host: string): Promise<number> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string')
    throw new CommandError('This machine has no TCP ports.');
  return address.port;
}
