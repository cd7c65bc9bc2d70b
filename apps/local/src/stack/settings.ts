import { isAbsolute, resolve } from 'node:path';
import { CommandError, inRoot } from '@loci/host';

export interface StackSettings {
  /** Holds Postgres, objects, pid files and logs. */
  dataDir: string;
  /** The API's port; 0: a free one. */
  port: number;
  /** Number of worker processes. */
  workers: number;
  modelDir: string;
  /** A service to use instead of starting one; the same for the two below. */
  databaseUrl?: string;
  queueUrl?: string;
  objectStoreUrl?: string;
  /** What the API and the workers inherit. */
  environment: NodeJS.ProcessEnv;
}

/**
 * Reads the embedded stack's settings.
 * @throws CommandError that names the variable
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): StackSettings {
  const text = (name: string): string | undefined =>
    environment[name] === '' ? undefined : environment[name];
  const integer = (name: string, fallback: number, max: number): number => {
    const value = Number(text(name) ?? fallback);
    if (!Number.isInteger(value) || value < 0 || value > max)
      throw new CommandError(`${name}: ${text(name)} is not a whole number from 0 to ${max}.`);
    return value;
  };
  const path = (name: string, fallback: string): string => {
    const given = text(name);
    if (given === undefined) return fallback;
    // npm runs us in the checkout; a relative path begins where the user called npm
    return isAbsolute(given) ? given : resolve(text('INIT_CWD') ?? process.cwd(), given);
  };
  const databaseUrl = text('DATABASE_URL');
  const queueUrl = text('QUEUE_URL');
  const objectStoreUrl = text('OBJECT_STORE_URL');
  return {
    dataDir: path('LOCI_DATA_DIR', inRoot('.loci')),
    port: integer('PORT', 8080, 65_535),
    workers: integer('LOCI_WORKERS', 2, 64),
    modelDir: path('MODEL_DIR', inRoot('models')),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(queueUrl === undefined ? {} : { queueUrl }),
    ...(objectStoreUrl === undefined ? {} : { objectStoreUrl }),
    environment,
  };
}
