import { Injectable, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { LociError, NotFoundError } from '@loci/contracts';

type Issues = Parameters<NonNullable<NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory']>>[0];

/** JSON pointer of a path, RFC 6901. */
const pointer = (path: readonly (string | number)[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Postgres stores neither NUL nor half a surrogate pair: the first such text (or key) of a value, as a pointer; null when all is well. */
function unstorable(value: unknown, path: readonly (string | number)[] = []): string | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? pointer(path) : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = unstorable(key, path) ?? unstorable(item, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

function refuse(issues: Issues): LociError {
  const errors = issues.slice(0, 20).map((issue) => ({
    pointer: pointer((issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment)).map((key) => (typeof key === 'symbol' ? String(key) : key))),
    detail: issue.message,
  }));
  const first = errors[0];
  return new LociError('invalid-request', first === undefined ? 'The request is not valid' : `${first.pointer === '' ? 'The request' : first.pointer}: ${first.detail}`, { errors });
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
      if (found !== null) throw new LociError('invalid-request', 'A text holds characters that cannot be stored', { errors: [{ pointer: found, detail: 'holds NUL or half a surrogate pair' }] });
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
