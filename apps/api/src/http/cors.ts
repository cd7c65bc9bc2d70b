import type { NestExpressApplication } from '@nestjs/platform-express';

/** How long a browser may remember the answer to a preflight, in seconds. */
const PREFLIGHT_S = 600;

/** What a page of these origins may send and read. Keys travel in a header, so there are no cookies. */
export const corsOptions = (
  origins: string[],
): NonNullable<Parameters<NestExpressApplication['enableCors']>[0]> => ({
  origin: origins.includes('*') ? '*' : origins,
  methods: ['GET', 'HEAD', 'POST', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID', 'Prefer'],
  exposedHeaders: ['Allow', 'Location', 'Preference-Applied', 'Retry-After'],
  maxAge: PREFLIGHT_S,
});
