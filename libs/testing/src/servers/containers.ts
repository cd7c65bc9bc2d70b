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
      const plan = new GenericContainer(container.image)
        .withExposedPorts(container.port)
        .withEnvironment(container.environment ?? {});
      const started: StartedTestContainer = await (
        container.command === undefined ? plan : plan.withCommand(container.command)
      ).start();
      if (container.prepare !== undefined) await started.exec(container.prepare);
      return {
        url: container.url(started.getHost(), started.getMappedPort(container.port)),
        restart: () => started.restart(),
        async stop() {
          await started.stop();
        },
      };
    },
  };
}
