import type { ServerResponse } from 'node:http';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AbortedError, LociError, problem, type Problem, type ProblemName } from '@loci/contracts';
import { GateClosedError } from '@loci/service';
import type { ApiRequest } from '../http/request.js';
import { endAfterBody } from './end-after-body.js';
import { isUnreachable } from './unreachable.js';

/** The problem for each status of the framework's own errors. Other 4xx are invalid requests. */
const NAME_BY_STATUS: Readonly<Record<number, ProblemName>> = {
  401: 'unauthorized',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'request-too-large',
  415: 'unsupported-media-type',
  503: 'unavailable',
};

/** The problem document of anything that was thrown. Internal details are logged, not sent. */
export function toProblem(error: unknown, instance: string): Problem {
  if (error instanceof LociError) return error.toProblem(instance);
  if (error instanceof AbortedError)
    return problem('unavailable', 'The work was interrupted; try again', { instance });
  if (error instanceof HttpException) {
    const status = error.getStatus();
    const name = NAME_BY_STATUS[status] ?? (status < 500 ? 'invalid-request' : 'internal');
    return problem(name, name === 'internal' ? undefined : error.message, { instance });
  }
  if (error instanceof GateClosedError) return problem('busy', 'Try again in a moment', { instance });
  if (isUnreachable(error)) return problem('unavailable', 'Try again in a moment', { instance });
  return problem('internal', undefined, { instance });
}

/**
 * Sends the document. The rest of the request's body is discarded, so that the client can read the answer.
 */
export function sendProblem(request: ApiRequest, response: ServerResponse, document: Problem): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.statusCode = document.status;
  response.setHeader('content-type', 'application/problem+json');
  if (document.status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (document.status === 503) response.setHeader('retry-after', '1');
  endAfterBody(request, response, JSON.stringify(document));
}

/** Answers every error with application/problem+json (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<ApiRequest>();
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const document = toProblem(error, request.path);
    // a failure because the client disconnected is nobody's fault
    if (document.status >= 500 && !response.destroyed) this.logger.error(error);
    sendProblem(request, response, document);
  }
}
