import { clipAccessSchema, LociError, problemSchema, type ClipAccess, type Problem } from '@loci/contracts';
import { Prisma } from './generated/client.js';

/** The value that a JSON column takes: SQL NULL for null and undefined. */
export const json = (value: object | null | undefined): Prisma.InputJsonValue | typeof Prisma.DbNull =>
  value === null || value === undefined ? Prisma.DbNull : value;

/** As a parameter of a call: SQL NULL for null and undefined. */
export const toJson = (value: object | null | undefined): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/**
 * Refuses the character NUL, which Postgres does not store in text.
 * @throws LociError invalid-request
 */
export function refuseNul(value: object | null, what: string): void {
  if (JSON.stringify(value).includes(String.raw`\u0000`))
    throw new LociError('invalid-request', `${what} cannot hold the character NUL`);
}

/** The problem in a JSON column. */
export const problemOf = (value: Prisma.JsonValue): Problem | null =>
  value === null ? null : problemSchema.parse(value);

/** How a clip is reached, in a JSON column. */
export const accessOf = (value: Prisma.JsonValue): ClipAccess | null =>
  clipAccessSchema.nullable().parse(value);
