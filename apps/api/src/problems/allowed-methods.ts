import type { ServerResponse } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { problem } from '@loci/contracts';
import type { ApiRequest } from '../http/request.js';
import { sendProblem } from './problem.filter.js';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * Middleware: answers a method that no route of the address takes with 405 and `Allow`. Express alone answers
 * 404.
 */
export function allowedMethods(document: OpenAPIObject) {
  const routes = Object.entries(document.paths).map(([template, item]) => {
    const methods = METHODS.filter((method) => item[method] !== undefined).map((method) =>
      method.toUpperCase(),
    );
    return {
      pattern: new RegExp(
        `^${template
          .split(/\{[^}]+\}/)
          .map(literal)
          .join('[^/]+')}/?$`,
        'i',
      ),
      methods: methods.includes('GET') ? [...methods, 'HEAD'] : methods,
    };
  });
  return (request: ApiRequest, response: ServerResponse, next: () => void): void => {
    const allowed = routes
      .filter(({ pattern }) => pattern.test(request.path))
      .flatMap(({ methods }) => methods);
    if (allowed.length === 0 || allowed.includes(request.method ?? '')) {
      next();
      return;
    }
    response.setHeader('allow', allowed.join(', '));
    sendProblem(
      request,
      response,
      problem('method-not-allowed', `Here only ${allowed.join(', ')} can be used`, {
        instance: request.path,
      }),
    );
  };
}
