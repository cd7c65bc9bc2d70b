import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** One JSON line per event on standard output. */
export function openLogger(level: string): Logger {
  return pino({ level, base: { app: 'worker', pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
}

/** Sends Nest's log lines to the same logger; its start-up messages have the level debug. */
export function nestLogger(logger: Logger): LoggerService {
  const context = (rest: unknown[]) => ({ context: rest.at(-1) });
  return {
    log: (message: string, ...rest: unknown[]) => logger.debug(context(rest), message),
    debug: (message: string, ...rest: unknown[]) => logger.debug(context(rest), message),
    verbose: (message: string, ...rest: unknown[]) => logger.trace(context(rest), message),
    warn: (message: string, ...rest: unknown[]) => logger.warn(context(rest), message),
    error: (message: string, ...rest: unknown[]) => logger.error(context(rest), message),
    fatal: (message: string, ...rest: unknown[]) => logger.fatal(context(rest), message),
  };
}
