import { Injectable, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { LociError, NotFoundError } from '@loci/contracts';

type Issues = Parameters<
  NonNullable<NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory']>
>[0];

/** JSON pointer of a path, RFC 6901. */
const pointer = (path: readonly (string | number)[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Deeper than any valid request, and far below the limit of recursion. */
const MAX_DEPTH = 64;

/**
 * What keeps a body from being stored, whatever its contract: deep nesting, or a text or key with NUL or half
 * a surrogate pair, which Postgres refuses. Null when there is nothing.
 */
function unstorable(
  value: unknown,
  path: readonly string[] = [],
): { pointer: string; detail: string } | null {
  if (typeof value === 'string') {
    return value.includes('\0') || !value.isWellFormed()
      ? { pointer: pointer(path), detail: 'holds NUL or half a surrogate pair' }
      : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if (path.length >= MAX_DEPTH)
    return { pointer: pointer(path), detail: `is nested more than ${MAX_DEPTH} levels deep` };
  for (const [key, item] of Object.entries(value)) {
    const found = unstorable(key, path) ?? unstorable(item, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

function refuse(issues: Issues): LociError {
  const errors = issues.slice(0, 20).map((issue) => ({
    pointer: pointer(
      (issue.path ?? [])
        .map((segment) => (typeof segment === 'object' ? segment.key : segment))
        .map((key) => (typeof key === 'symbol' ? String(key) : key)),
    ),
    detail: issue.message,
  }));
  const first = errors[0];
  return new LociError(
    'invalid-request',
    first === undefined
      ? 'The request is not valid'
      : `${first.pointer === '' ? 'The request' : first.pointer}: ${first.detail}`,
    { errors },
  );
}

/**
 * Checks bodies, queries and path parameters against the contract in the route's decorator. An invalid path
 * parameter names nothing and is 404. Every other fault is `invalid-request`, with a pointer for each.
 */
@Injectable()
export class ContractPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: refuse });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (metadata.type === 'body') {
      const found = unstorable(value);
      if (found !== null)
        throw new LociError(
          'invalid-request',
          `The body cannot be stored: ${found.pointer} ${found.detail}`,
          { errors: [found] },
        );
    }
    if (metadata.type !== 'param') return super.transform(value, metadata);
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (error instanceof LociError) throw new NotFoundError('What this address names');
      throw error;
    }
  }
}
