import type { ServerResponse } from 'node:http';
import { problem } from '@loci/contracts';
import { header, type ApiRequest } from '../http/request.js';
import { sendProblem } from './problem.filter.js';

const hasBody = (request: ApiRequest): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** Middleware: refuses bodies that are not JSON, except at POST /v1/videos, which checks its own. */
export function jsonOnly(request: ApiRequest, response: ServerResponse, next: () => void): void {
  const type = (header(request, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!hasBody(request) || type === 'application/json' || /^\/v1\/videos\/?$/i.test(request.path)) {
    next();
    return;
  }
  sendProblem(
    request,
    response,
    problem('unsupported-media-type', 'Send the body as application/json', { instance: request.path }),
  );
}
