import { waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, hasEngine } from './docker.js';

/** What Compose reads in docker-compose.yml. */
interface Composed {
  services: {
    postgres: { image: string; environment: Record<string, string>; healthcheck: { test: string[] } };
  };
}

describe.skipIf(!hasEngine)('the Postgres of docker-compose.yml, in its first initialisation', () => {
  let container: string;
  let healthcheck: string;
  beforeAll(async () => {
    const composed = await docker(['compose', 'config', '--format', 'json'], { API_KEYS: 'acme:secret' });
    const { image, environment, healthcheck: check } = (JSON.parse(composed) as Composed).services.postgres;
    healthcheck = check.test[1] ?? '';
    const variables = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    // the first initialisation's server listens on the socket alone; this one goes on so
    const server = [image, 'postgres', '-c', 'listen_addresses='];
    container = await docker(['run', '--rm', '--detach', ...variables, ...server]);
  });
  afterAll(() => docker(['rm', '--force', '--volumes', container]));

  const passes = async (command: string): Promise<boolean> =>
    docker(['exec', container, 'sh', '-c', command]).then(
      () => true,
      () => false,
    );

  it('is not healthy, though it answers on its socket', async () => {
    // the last server of the first start, which is not replaced by another one
    await waitFor(async () =>
      /init process complete/.test(await docker(['logs', container])) ? true : null,
    );
    await waitFor(async () => ((await passes('pg_isready -U loci -d loci')) ? true : null));
    expect(healthcheck).toContain('pg_isready');
    expect(await passes(healthcheck)).toBe(false);
  });
});
