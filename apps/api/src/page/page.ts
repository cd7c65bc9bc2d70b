import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import expressStaticGzip from 'express-static-gzip';
import { header, type ApiRequest } from '../http/request.js';

const INDEX = 'index.html';
/** Files in here have the hash of their content in their names; texts have compressed twins (.br, .gz). */
const HASHED = '/assets';
const YEAR_MS = 365 * 24 * 3600 * 1000;

/**
 * What the page may load: what this API serves and what the page makes itself, such as the pictures that it
 * fetched with its key. No script stands in the document.
 */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Addresses may hold access tokens, which are nobody else's business. */
const PAGE_HEADERS = {
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

interface PageResponse extends ServerResponse {
  sendFile(path: string, options: object): void;
}

/**
 * Serves the built page of a folder at `/`: its files, and its document under every address that a browser
 * opens and that is none of the API's.
 * @returns false when the folder holds no page
 */
export function servePage(app: NestExpressApplication, folder: string, document: OpenAPIObject): boolean {
  const root = resolve(folder);
  if (!existsSync(join(root, INDEX))) return false;
  const setHeaders = (response: ServerResponse): void => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
  };
  const shared = { redirect: false, fallthrough: true, setHeaders };
  app.use(
    HASHED,
    expressStaticGzip(join(root, HASHED), {
      ...{ index: false, enableBrotli: true, orderPreference: ['br', 'gz'] },
      serveStatic: { ...shared, immutable: true, maxAge: YEAR_MS },
    }),
  );
  app.useStaticAssets(root, { ...shared, index: false });
  const ofApi = new Set(Object.keys(document.paths).map(firstSegment));
  app.use((request: ApiRequest, response: PageResponse, next: () => void): void => {
    if (!isPage(request, ofApi)) next();
    else response.sendFile(INDEX, { root, headers: { ...PAGE_HEADERS, 'cache-control': 'no-cache' } });
  });
  return true;
}

const firstSegment = (path: string): string => (path.split('/')[1] ?? '').toLowerCase();

/** Whether a browser asks for a place of the page: by GET, for HTML, and for no file. */
function isPage(request: ApiRequest, ofApi: ReadonlySet<string>): boolean {
  const { method, path } = request;
  return (
    (method === 'GET' || method === 'HEAD') &&
    header(request, 'accept')?.includes('text/html') === true &&
    !ofApi.has(firstSegment(path)) &&
    !path.startsWith(`${HASHED}/`)
  );
}
