import type { StartedTestContainer } from 'testcontainers';
import type { Offer } from './test-server.js';

export interface Container {
  image: string;
  port: number;
  command?: string[];
  environment?: Record<string, string>;
  /** Run inside once it is up. */
  prepare?: string[];
  url(host: string, port: number): string;
}

/** The server in a container, where there is a Docker that can bring the image. */
export async function containerOffer(container: Container, otherwise: string): Promise<Offer> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  try {
    await getContainerRuntimeClient();
  } catch {
    return { missing: `${otherwise}, and there is no Docker` };
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
