import { connect } from 'node:net';
import { freePort } from '@loci/host';
import { containerOffer } from './containers.js';
import { isInstalled, startProgram } from './server-process.js';
import {
  givenServer,
  prefersContainers,
  temporaryFolder,
  type Offer,
  type TestServer,
} from './test-server.js';

/**
 * A Redis for a test: TEST_REDIS_URL, else the redis-server on PATH unless containers are preferred, else one
 * in a container.
 */
export async function redisOffer(): Promise<Offer> {
  const given = process.env['TEST_REDIS_URL'] ?? process.env['REDIS_URL'];
  if (given !== undefined && given !== '')
    return { start: () => Promise.resolve(givenServer(given, 'TEST_REDIS_URL')) };
  if (!prefersContainers() && isInstalled('redis-server')) return { start: startRedis };
  const container = {
    image: 'redis:7',
    port: 6379,
    command: ['redis-server', '--appendonly', 'yes', '--protected-mode', 'no'],
  };
  return containerOffer(
    { ...container, url: (host, port) => `redis://${host}:${port}` },
    'there is no redis-server on PATH and no TEST_REDIS_URL',
  );
}

async function startRedis(): Promise<TestServer> {
  const folder = await temporaryFolder('redis');
  const port = await freePort();
  let stop = await startRedisOn(port, folder.path);
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      await stop();
      stop = await startRedisOn(port, folder.path);
    },
    async stop() {
      await stop();
      await folder.remove();
    },
  };
}

/** Starts a redis-server on a port, with its data in a folder. Returns `stop`. */
export function startRedisOn(port: number, folder: string): Promise<() => Promise<void>> {
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
  ];
  // it has loaded its data: it answers PONG, not LOADING
  const isUp = async (): Promise<boolean> => (await askRedis(port, 'PING')).startsWith('+PONG');
  return startProgram('redis-server', args, folder, isUp);
}

/** The answer of the Redis on a port to a command, as it is sent; empty where there is none. */
export function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('error', () => resolve(''));
    socket.once('data', (reply) => {
      socket.destroy();
      resolve(reply.toString('utf8'));
    });
    socket.once('close', () => resolve(''));
  });
}
