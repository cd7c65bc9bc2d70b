import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse } from '@nestjs/swagger';
import { PROBLEMS, type ProblemName } from '@loci/contracts';
import type { z } from 'zod';

/** Documents a JSON answer by its contract. */
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

/** Documents an answer that is not JSON. */
export const ReturnsContent = (status: number, type: string, description: string, format?: 'binary') =>
  ApiResponse({
    status,
    description,
    content: { [type]: { schema: { type: 'string', ...(format === undefined ? {} : { format }) } } },
  });

/** A problem document as an answer's content; document.ts puts its contract where this points to. */
const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Documents the problems that a route reports by their stable names; those of one status share an entry. */
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

/** What every route under /v1 has: a key is needed, and any problem may come. */
export const Keyed = () =>
  applyDecorators(
    ApiBearerAuth('key'),
    Problems('unauthorized', 'internal', 'unavailable'),
    ApiResponse({ status: 'default', description: 'Any other problem', content: PROBLEM_CONTENT }),
  );
