import { isMissing, redisPairOffer, type RedisPair } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openQueues, type Queues } from '../src/index.js';
import { QUICK, WAIT, perceive } from './fixture.js';

const offer = redisPairOffer();

describe.skipIf(isMissing(offer, 'the queue on a Redis that fails over'))('when Redis fails over', () => {
  let pair: RedisPair;
  let queues: Queues;
  const errors: Error[] = [];
  beforeAll(async () => {
    if ('missing' in offer) throw new Error(offer.missing);
    pair = await offer.start();
    queues = await openQueues(pair.url, { onError: (error) => errors.push(error) });
  });
  afterAll(async () => {
    await queues.close();
    await pair.stop();
  });

  it('the queue leaves the old primary, which only reads, and goes on with the new one', async () => {
    const done = new Set<number>();
    queues.consume('perceive', ({ chunk }) => Promise.resolve(void done.add(chunk)), QUICK);
    await queues.add([perceive(0)]);
    await vi.waitFor(() => expect(done).toContain(0), WAIT);
    await pair.failOver();
    await vi.waitFor(() => queues.add([perceive(1)]), WAIT);
    await vi.waitFor(() => expect(done).toContain(1), WAIT);
    // and back again
    await pair.failOver();
    await vi.waitFor(() => queues.add([perceive(2)]), WAIT);
    await vi.waitFor(() => expect(done).toContain(2), WAIT);
    await vi.waitFor(() => queues.check(), WAIT);
    for (const error of errors) expect(error).toBeInstanceOf(Error);
  });
});
