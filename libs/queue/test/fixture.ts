import { newId, type Delivery } from '@loci/contracts';
import { freshDatabase, redisOffer, startPostgres } from '@loci/testing';
import type { Handler } from '../src/index.js';

export const redis = await redisOffer();

/** A store for a group of tests, by its URL. */
export const BACKENDS = {
  postgres: async () => freshDatabase(),
  redis: async () => {
    if ('missing' in redis) throw new Error(redis.missing);
    const server = await redis.start();
    return { url: server.url, stop: () => server.stop() };
  },
};
/** A server that a test may restart. */
export const SERVERS = {
  postgres: startPostgres,
  redis: async () => {
    if ('missing' in redis) throw new Error(redis.missing);
    return redis.start();
  },
};

export const WAIT = { timeout: 45_000, interval: 20 };
export const QUICK = { concurrency: 1, lockMs: 2_000, stalledMs: 1_000 };

export const memory = newId('memory');
export const perceive = (chunk: number): Delivery => ({
  stage: 'perceive',
  id: `perceive-${memory}-${chunk}`,
  payload: { memory_id: memory, chunk, last: chunk },
});
export const answer = (): Delivery => {
  const question = newId('question');
  return { stage: 'answer', id: `answer-${question}`, payload: { question_id: question } };
};

/** A handler that does all of its work at once. */
export const soon =
  <S extends 'perceive' | 'answer'>(work: (...args: Parameters<Handler<S>>) => unknown): Handler<S> =>
  (...args) =>
    Promise.resolve(args).then((given) => void work(...given));

/** A promise that a test opens by hand. */
export function latch(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
