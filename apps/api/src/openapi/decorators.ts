import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse } from '@nestjs/swagger';
import { PROBLEMS, type ProblemName } from '@loci/contracts';
import type { z } from 'zod';

/** Documents a JSON response by its contract. */
export const Returns = (
  status: number,
  standardSchema: z.ZodType,
  description: string,
  headers: Record<string, string> = {},
) =>
  ApiResponse({
    status,
    description,
    standardSchema,
    ...(Object.keys(headers).length === 0
      ? {}
      : {
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, text]) => [
              name,
              { description: text, schema: { type: 'string' as const } },
            ]),
          ),
        }),
  });

/** Documents a response that is not JSON. */
export const ReturnsContent = (status: number, type: string, description: string, format?: 'binary') =>
  ApiResponse({
    status,
    description,
    content: { [type]: { schema: { type: 'string', ...(format === undefined ? {} : { format }) } } },
  });

/** The content of a problem response; document.ts adds the schema that it refers to. */
const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Documents the problems of a route by their stable names; problems of one status share an entry. */
export function Problems(...names: ProblemName[]) {
  const byStatus = Map.groupBy(names, (name) => PROBLEMS[name].status);
  return applyDecorators(
    ...[...byStatus].map(([status, group]) =>
      ApiResponse({
        status,
        description: group.map((name) => `\`${name}\`: ${PROBLEMS[name].title}`).join('; '),
        content: PROBLEM_CONTENT,
      }),
    ),
  );
}

/** Documents what every route under /v1 shares: it needs a key, and may answer with any problem. */
export const Keyed = () =>
  applyDecorators(
    ApiBearerAuth('key'),
    Problems('unauthorized', 'internal', 'unavailable', 'busy'),
    ApiResponse({ status: 'default', description: 'Any other problem', content: PROBLEM_CONTENT }),
  );
