import { redisOffer, s3Offer, startPostgres, type TestServer } from '@loci/testing';
import { describe, expect, it } from 'vitest';
import { docker, hasEngine } from './docker.js';

/** Starts the server of an offer. */
async function start(offering: ReturnType<typeof redisOffer>): Promise<TestServer> {
  const offer = await offering;
  if ('missing' in offer) throw new Error(offer.missing);
  return offer.start();
}

const SERVERS = {
  'postgres:18': startPostgres,
  'redis:7': () => start(redisOffer()),
  'andrewgaul/s3proxy:latest': () => start(s3Offer()),
};

describe.skipIf(!hasEngine)('the servers of the tests, when containers are preferred', () => {
  it.each(Object.entries(SERVERS))('%s runs in a container, and keeps its address', async (image, open) => {
    const server = await open();
    try {
      const published = `publish=${portOf(server)}`;
      const running = (): Promise<string> => docker(['ps', '--filter', published, '--format', '{{.Image}}']);
      expect(await running()).toBe(image);
      await server.restart();
      expect(await running()).toBe(image);
    } finally {
      await server.stop();
    }
  });
});

/** The port of a server on this machine; an S3 URL has it in its endpoint. */
function portOf({ url }: TestServer): string {
  const parsed = new URL(url);
  return new URL(parsed.searchParams.get('endpoint') ?? url).port;
}
