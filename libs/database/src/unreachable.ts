import { isDriverAdapterError, type DriverAdapterError } from '@prisma/driver-adapter-utils';
import { Prisma } from './generated/client.js';

/**
 * Prisma's codes for a database that cannot be reached, closes or loses a connection, or has none to give,
 * and for a transaction that could not start in time, was cut off, or lost to others again and again.
 */
const PRISMA_CODES = new Set([
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P1018'],
  ...['P2024', 'P2028', 'P2034', 'P2037'],
]);

/**
 * SQLSTATEs of faults that pass: connection exceptions (class 08), insufficient resources (53), operator
 * intervention such as a restart (57P), a transaction that stood still for
 * too long, a primary that has become a replica, and lost conflicts.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const SQLSTATE = /^(08\w{3}|53\w{3}|57P\w{2}|25006|25P03|40001|40P01)$/;

/** The adapter's kinds of faults of a socket, which have no code. */
const SOCKET_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout']);

/** Where Prisma leaves a SQLSTATE for which it has no code of its own (P2010, P2039). */
const SQLSTATE_IN_TEXT = /Code: `(\w{5})`/;

/** What pg says, without a code, when it gets no connection, loses one or waits in vain for an answer. */
const NO_CONNECTION = new RegExp(
  [
    'timeout exceeded when trying to connect',
    'Connection terminated',
    "Can't reach database server",
    'Client has encountered a connection error',
    'Query read timeout',
    'Cannot use a pool after calling end',
  ].join('|'),
);

/**
 * Whether an error, by itself and not by its cause, says that Postgres cannot be used for the moment. The
 * same work may succeed when it is tried again.
 */
export function saysUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // the end of a transaction throws what the adapter throws, which Prisma wraps elsewhere
  if (isDriverAdapterError(error)) return adapterSaysUnreachable(error);
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    // of a raw query whose connection closed, the message says no code
    const { driverAdapterError } = error.meta ?? {};
    if (isDriverAdapterError(driverAdapterError) && adapterSaysUnreachable(driverAdapterError)) return true;
  }
  const code = 'code' in error ? String(error.code) : '';
  if (PRISMA_CODES.has(code) || SQLSTATE.test(code)) return true;
  const state = SQLSTATE_IN_TEXT.exec(error.message)?.[1];
  return (state !== undefined && SQLSTATE.test(state)) || NO_CONNECTION.test(error.message);
}

const adapterSaysUnreachable = ({ cause }: DriverAdapterError): boolean =>
  SOCKET_KINDS.has(cause.kind) || SQLSTATE.test(cause.originalCode ?? '');
