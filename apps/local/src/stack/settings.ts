import { isAbsolute, resolve } from 'node:path';
import { CommandError, inRoot } from '@loci/host';

export interface StackSettings {
  /** Postgres, objects, pid files and logs. */
  dataDir: string;
  /** Of the API; 0: a free one. */
  port: number;
  /** How many worker processes. */
  workers: number;
  modelDir: string;
  /** Given when the stack shall use a service of yours instead of starting its own. */
  databaseUrl?: string;
  queueUrl?: string;
  objectStoreUrl?: string;
  /** What the API and the workers get besides. */
  environment: NodeJS.ProcessEnv;
}

/**
 * Reads the embedded stack's settings.
 * @throws CommandError naming the variable
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): StackSettings {
  const text = (name: string): string | undefined =>
    environment[name] === '' ? undefined : environment[name];
  const whole = (name: string, otherwise: number, most: number): number => {
    const value = Number(text(name) ?? otherwise);
    if (!Number.isInteger(value) || value < 0 || value > most)
      throw new CommandError(`${name}: ${text(name)} is not a whole number from 0 to ${most}.`);
    return value;
  };
  const path = (name: string, otherwise: string): string => {
    const given = text(name);
    // npm moves into the checkout before it runs us; a relative path means where the user stood
    return given === undefined
      ? otherwise
      : isAbsolute(given)
        ? given
        : resolve(text('INIT_CWD') ?? process.cwd(), given);
  };
  const databaseUrl = text('DATABASE_URL');
  const queueUrl = text('QUEUE_URL');
  const objectStoreUrl = text('OBJECT_STORE_URL');
  return {
    dataDir: path('LOCI_DATA_DIR', inRoot('.loci')),
    port: whole('PORT', 8080, 65_535),
    workers: whole('LOCI_WORKERS', 2, 64),
    modelDir: path('MODEL_DIR', inRoot('models')),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(queueUrl === undefined ? {} : { queueUrl }),
    ...(objectStoreUrl === undefined ? {} : { objectStoreUrl }),
    environment,
  };
}
