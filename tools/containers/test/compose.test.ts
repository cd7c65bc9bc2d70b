import { LociClient } from '@loci/client';
import { inRoot } from '@loci/host';
import { waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Compose, docker, hasEngine, inspect } from './docker.js';

const UP_LIMIT_MS = 900_000;

describe.skipIf(!hasEngine)('the service in containers, as docker-compose.yml starts it', () => {
  let compose: Compose;
  beforeAll(async () => {
    compose = await Compose.create('loci-test');
    await compose.up();
  }, UP_LIMIT_MS);
  afterAll(() => compose.down());

  it('is ready when `up --wait` returns', async () => {
    expect((await fetch(`${compose.url}/readyz`)).status).toBe(200);
    for (const service of ['postgres', 'redis', 'api', 'worker'])
      for (const container of await compose.containers(service))
        expect(await inspect(container, '{{.State.Health.Status}}'), service).toBe('healthy');
  });

  it('serves the page at its address', async () => {
    const page = await fetch(compose.url, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    const [, script = ''] = /<script type="module"[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
    expect((await fetch(new URL(script, compose.url))).headers.get('content-type')).toContain('javascript');
  });

  it('answers a question on a clip, though both workers are killed while they work', async () => {
    const client = new LociClient(compose.url, compose.apiKey);
    const video = await client.upload(inRoot('samples/walk-900018.mp4'));
    const job = await client.submit({
      video_id: video.id,
      questions: [{ question: 'How many chairs are there in this room?' }],
    });
    await waitFor(async () => ((await client.job(job.id)).status === 'running' ? true : null));
    const workers = await compose.containers('worker');
    expect(workers).toHaveLength(2);
    // from inside, as a crash does it: a container that `docker kill` ends counts as stopped on purpose
    for (const worker of workers) process.kill(Number(await inspect(worker, '{{.State.Pid}}')), 'SIGKILL');

    const finished = await client.finished(job.id);
    expect(finished).toMatchObject({ status: 'succeeded', questions: [{ status: 'answered' }] });
    for (const worker of workers)
      expect(Number(await inspect(worker, '{{.RestartCount}}'))).toBeGreaterThanOrEqual(1);
  });

  it('starts a service again that died', async () => {
    for (const service of ['postgres', 'redis', 's3', 'api']) {
      const [container = ''] = await compose.containers(service);
      const before = await inspect(container, '{{.State.Pid}}');
      process.kill(Number(before), 'SIGKILL');
      await waitFor(async () => {
        const [pid, running] = (await inspect(container, '{{.State.Pid}} {{.State.Running}}')).split(' ');
        return running === 'true' && pid !== before ? true : null;
      });
    }
    await waitFor(async () => {
      const answer = await fetch(`${compose.url}/readyz`).catch(() => null);
      return answer?.status === 200 ? true : null;
    });
  });

  it('leaves a container that wrote nothing outside its volumes and /tmp', async () => {
    const [worker = ''] = await compose.containers('worker');
    const changed = (await docker(['diff', worker])).split('\n').filter((line) => line !== '');
    expect(changed.filter((line) => !/^[ACD] \/tmp(\/|$)/.test(line))).toEqual([]);
  });
});
