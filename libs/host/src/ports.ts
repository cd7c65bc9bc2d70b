import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { CommandError } from './command-error.js';

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152): one of those may be taken between the moment
 * when it was found free and the one when it is listened on.
 */
const PORTS = { from: 20_000, below: 32_000 };

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    try {
      return await listenOnce(randomInt(PORTS.from, PORTS.below), '127.0.0.1');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}

/**
 * Makes sure that the API will get its port.
 * @throws CommandError that names the port and the remedy
 */
export async function claimPort(port: number, host: string): Promise<number> {
  if (port === 0) return freePort();
  try {
    return await listenOnce(port, host);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const reason =
      code === 'EADDRINUSE'
        ? 'is in use'
        : code === 'EACCES'
          ? 'may not be used by this user'
          : `cannot be used (${String(code)})`;
    throw new CommandError(
      `Port ${port} ${reason}; choose another one, such as PORT=${port < 65_000 ? port + 1 : 8080} npm start.`,
      { cause },
    );
  }
}

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
