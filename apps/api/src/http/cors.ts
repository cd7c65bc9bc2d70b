import type { NestExpressApplication } from '@nestjs/platform-express';

/** How long a browser may remember the answer to a preflight, in seconds. */
const PREFLIGHT_S = 600;

/** Of an upload in parts, asked and answered. */
const UPLOAD_HEADERS = ['Upload-Length', 'Upload-Metadata', 'Upload-Offset'];

/** What a page of these origins may send and read. Keys travel in a header, so there are no cookies. */
export const corsOptions = (
  origins: string[],
): NonNullable<Parameters<NestExpressApplication['enableCors']>[0]> => ({
  origin: origins.includes('*') ? '*' : origins,
  methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
  allowedHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'Last-Event-ID',
    'Prefer',
    'Tus-Resumable',
    ...UPLOAD_HEADERS,
  ],
  exposedHeaders: ['Allow', 'Location', 'Preference-Applied', 'Retry-After', ...UPLOAD_HEADERS],
  maxAge: PREFLIGHT_S,
});
