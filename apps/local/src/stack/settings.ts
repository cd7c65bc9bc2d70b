import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { CommandError, inRoot } from '@loci/host';

export interface StackSettings {
  /** Holds Postgres, objects, pid files and logs. */
  dataDir: string;
  /** The API's port; 0: a free one. */
  port: number;
  /** Number of worker processes. */
  workers: number;
  modelDir: string;
  /** The built page; undefined where it was not built. */
  webDir?: string;
  /** Folders of clips with truths, as LOCI_QUIZ_DIR has them: the samples, and the user's own. */
  quizDirs: string;
  /** The report of the shipped model; undefined where there is none. */
  reportDir?: string;
  /** A service to use instead of starting one; the same for the two below. */
  databaseUrl?: string;
  queueUrl?: string;
  objectStoreUrl?: string;
  /** What the API and the workers inherit. */
  environment: NodeJS.ProcessEnv;
}

/** The most workers that a stack takes. */
export const MAX_WORKERS = 64;
/** A worker keeps two cores busy: one with its graphs, one with the rest. More workers only take turns. */
const CORES_PER_WORKER = 2;

/**
 * As many workers as the cores bear, at least one.
 * @param cores that this process may use; a container's limit counts
 */
export const workersFor = (cores = availableParallelism()): number =>
  Math.max(1, Math.floor(cores / CORES_PER_WORKER));

/**
 * Reads the embedded stack's settings.
 * @param workers how many there are unless LOCI_WORKERS says otherwise
 * @throws CommandError that names the variable
 */
export function readSettings(
  environment: NodeJS.ProcessEnv = process.env,
  workers = workersFor(),
): StackSettings {
  const text = (name: string): string | undefined =>
    environment[name] === '' ? undefined : environment[name];
  const integer = (name: string, fallback: number, max: number): number => {
    const value = Number(text(name) ?? fallback);
    if (!Number.isInteger(value) || value < 0 || value > max)
      throw new CommandError(`${name}: ${text(name)} is not a whole number from 0 to ${max}.`);
    return value;
  };
  // npm runs us in the checkout; a relative path begins where the user called npm
  const whole = (given: string): string =>
    isAbsolute(given) ? given : resolve(text('INIT_CWD') ?? process.cwd(), given);
  const path = (name: string, fallback: string): string => {
    const given = text(name);
    return given === undefined ? fallback : whole(given);
  };
  const databaseUrl = text('DATABASE_URL');
  const queueUrl = text('QUEUE_URL');
  const objectStoreUrl = text('OBJECT_STORE_URL');
  const reportDir = path('REPORT_DIR', inRoot('docs', 'research', 'test-set'));
  const quizDirs = (text('LOCI_QUIZ_DIR') ?? '').split(delimiter).filter((folder) => folder !== '');
  const webDir = path('WEB_DIR', inRoot('apps', 'web', 'dist'));
  return {
    dataDir: path('LOCI_DATA_DIR', inRoot('.loci')),
    port: integer('PORT', 8080, 65_535),
    workers: integer('LOCI_WORKERS', Math.min(workers, MAX_WORKERS), MAX_WORKERS),
    modelDir: path('MODEL_DIR', inRoot('models')),
    quizDirs: [...[inRoot('samples')].filter(existsSync), ...quizDirs.map(whole)].join(delimiter),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(queueUrl === undefined ? {} : { queueUrl }),
    ...(existsSync(join(webDir, 'index.html')) ? { webDir } : {}),
    ...(existsSync(join(reportDir, 'report.json')) ? { reportDir } : {}),
    ...(objectStoreUrl === undefined ? {} : { objectStoreUrl }),
    environment,
  };
}
