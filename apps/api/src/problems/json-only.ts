import type { ServerResponse } from 'node:http';
import { problem } from '@loci/contracts';
import { header, type ApiRequest } from '../http/request.js';
import { sendProblem } from './problem.filter.js';

const hasBody = (request: ApiRequest): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** Where clips come in; these routes check the type of their bodies. */
const CLIPS = /^\/v1\/(videos|uploads\/[^/]+)\/?$/i;

/** Middleware: refuses bodies that are not JSON, except where clips come in. */
export function jsonOnly(request: ApiRequest, response: ServerResponse, next: () => void): void {
  const type = (header(request, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!hasBody(request) || type === 'application/json' || CLIPS.test(request.path)) {
    next();
    return;
  }
  sendProblem(
    request,
    response,
    problem('unsupported-media-type', 'Send the body as application/json', { instance: request.path }),
  );
}
