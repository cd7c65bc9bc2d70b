import { Injectable, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { LociError, NotFoundError } from '@loci/contracts';

type Issues = Parameters<
  NonNullable<NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory']>
>[0];

/** JSON pointer of a path, RFC 6901. */
const pointer = (path: readonly (string | number)[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Deeper than any request needs to be, and far from where recursion ends. */
const MAX_DEPTH = 64;

/**
 * What keeps a body from being read or stored, whatever its contract: nesting without end, and texts or keys with NUL or
 * half a surrogate pair, which Postgres does not take. Null when all is well.
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
 * Checks bodies, queries and path parameters against the contract that stands in the route's decorator. A path parameter
 * that is not even an id names nothing, which is a 404; everything else is `invalid-request` with a pointer for each fault.
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
