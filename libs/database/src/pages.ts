import { LociError, type ListQuery, type Page } from '@loci/contracts';

const encodeCursor = (id: string): string => Buffer.from(id, 'utf8').toString('base64url');

/**
 * The id after which a page starts.
 * @throws LociError invalid-request when no list gave this cursor
 */
function decodeCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (encodeCursor(id) !== cursor || !/^[a-z]+_[0-9a-z]+$/.test(id))
    throw new LociError('invalid-request', 'The cursor is not one that a list gave', {
      errors: [{ pointer: 'cursor', detail: 'not a cursor' }],
    });
  return id;
}

/**
 * The window of rows for a page: newest first, and one row more than the page holds, to see whether another
 * page follows. Ids sort by the time of their creation.
 */
export function pageWindow({ limit, cursor }: ListQuery) {
  return {
    where: cursor === undefined ? {} : { id: { lt: decodeCursor(cursor) } },
    orderBy: { id: 'desc' },
    take: limit + 1,
  } as const;
}

/** The page from the rows of its window. Rows created meanwhile are newer and do not move it. */
export async function toPage<R extends { id: string }, T>(
  rows: R[],
  { limit }: ListQuery,
  view: (rows: R[]) => T[] | Promise<T[]>,
): Promise<Page<T>> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    data: await view(kept),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(last.id) : null,
  };
}
