import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { freePort } from '@loci/host';
import type { StartedTestContainer } from 'testcontainers';
import type { Offer } from './test-server.js';

/** A server in a container. */
export interface Container {
  image: string;
  port: number;
  command?: string[];
  environment?: Record<string, string>;
  /** A command to run inside, once the container is up. */
  prepare?: string[];
  url(host: string, port: number): string;
}

/**
 * The server in a container, where Docker runs.
 * @param reason why the test needs a container, for the message that there is no Docker
 */
export async function containerOffer(container: Container, reason: string): Promise<Offer> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  try {
    await getContainerRuntimeClient();
  } catch {
    return { missing: `${reason}, and there is no Docker` };
  }
  return {
    async start() {
      // a port of our own choice stays the same over a restart
      const host = await freePort();
      const plan = new GenericContainer(container.image)
        .withExposedPorts({ container: container.port, host })
        .withEnvironment(container.environment ?? {});
      const started: StartedTestContainer = await (
        container.command === undefined ? plan : plan.withCommand(container.command)
      ).start();
      removeOnExit(started.getId());
      if (container.prepare !== undefined) await started.exec(container.prepare);
      return {
        url: container.url(started.getHost(), host),
        restart: () => started.restart(),
        async stop() {
          await started.stop();
        },
      };
    },
  };
}

/**
 * Removes a container when this process ends in whatever way, kill -9 included: the kernel then closes the
 * input that a shell waits on.
 */
function removeOnExit(id: string): void {
  const shell = spawn('sh', ['-c', 'cat; docker rm --force --volumes "$0"', id], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
}
