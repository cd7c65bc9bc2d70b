import { availableParallelism } from 'node:os';
import { precisionSchema } from '@loci/contracts';
import { strandsFor } from '@loci/pipeline';
import { ConfigError, readEnvironment, variable, type ConfigOf, type Environment } from '@loci/service';
import { z } from 'zod';

/** `tenant:key,tenant:key`; a key may contain colons, a tenant may not. */
const apiKeys = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== ''),
  )
  .pipe(z.array(z.string().regex(/^[^:\s]+:\S+$/, 'must look like tenant:key,tenant:key')))
  .transform((pairs) =>
    pairs.map((pair) => ({
      tenant: pair.slice(0, pair.indexOf(':')),
      key: pair.slice(pair.indexOf(':') + 1),
    })),
  );

/** `https://a.example,https://b.example`, or `*`. */
const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .pipe(
    z.array(
      z.string().regex(/^(\*|https?:\/\/[^\s/]+)$/, 'must list origins such as https://example.org, or be *'),
    ),
  );

const VARIABLES = {
  databaseUrl: variable('DATABASE_URL', z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')),
  queueUrl: variable(
    'QUEUE_URL',
    z.string().regex(/^(rediss?|postgres(ql)?):\/\//, 'must be a redis:// or postgres:// URL'),
  ),
  objectStoreUrl: variable(
    'OBJECT_STORE_URL',
    z.string().regex(/^(file|s3):\/\//, 'must be file:///dir or s3://bucket'),
  ),
  modelDir: variable('MODEL_DIR', z.string().min(1)),
  /** Of a bundle that has both, the model of jobs that do not name one. */
  modelPrecision: variable('MODEL_PRECISION', precisionSchema.default('float')),
  /** Workers that perceive one clip at the same time. */
  clipWorkers: variable(
    'CLIP_WORKERS',
    z.coerce.number().int().min(1).max(strandsFor(Infinity)).default(strandsFor(availableParallelism())),
  ),
  port: variable('PORT', z.coerce.number().int().min(0).max(65_535).default(8080)),
  host: variable('HOST', z.string().min(1).default('0.0.0.0')),
  /** Empty: the key `dev` is accepted, from this machine only. */
  apiKeys: variable('API_KEYS', apiKeys.default([])),
  /** Keys that also show how the installation stands. */
  adminKeys: variable('ADMIN_KEYS', apiKeys.default([])),
  /** Signs access tokens; undefined: one of this process's own. */
  tokenSecret: variable('TOKEN_SECRET', z.string().min(32, 'must have at least 32 characters').optional()),
  /** Origins whose pages may call the API from a browser; empty: none but its own. */
  corsOrigins: variable('CORS_ORIGINS', origins.default([])),
  /** The built page that is served at `/`; undefined: none. */
  webDir: variable('WEB_DIR', z.string().min(1).optional()),
  /** Holds the report.json of an evaluation, and perhaps robustness/report.json; undefined: none. */
  reportDir: variable('REPORT_DIR', z.string().min(1).optional()),
  /** Folders of clips whose truths are known, separated as those of PATH are. */
  quizDirs: variable('LOCI_QUIZ_DIR', z.string().default('')),
  maxVideoBytes: variable(
    'MAX_VIDEO_BYTES',
    z.coerce
      .number()
      .int()
      .positive()
      .default(4 * 1024 ** 3),
  ),
  maxVideoSeconds: variable(
    'MAX_VIDEO_SECONDS',
    z.coerce
      .number()
      .positive()
      .default(2 * 3600),
  ),
  /** Pixels of one picture. */
  maxVideoPixels: variable(
    'MAX_VIDEO_PIXELS',
    z.coerce
      .number()
      .int()
      .positive()
      .default(4096 * 2304),
  ),
  /** Milliseconds for which it answers on after a stop signal, though it is not ready any more. */
  shutdownDelayMs: variable('SHUTDOWN_DELAY_MS', z.coerce.number().int().min(0).max(60_000).default(0)),
  /** Undefined: the ffmpeg that was installed with the packages. */
  ffmpegPath: variable('FFMPEG_PATH', z.string().min(1).optional()),
  logLevel: variable(
    'LOG_LEVEL',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ),
};

/** The configuration of the API, read once at the start. */
export type Config = ConfigOf<typeof VARIABLES>;

/**
 * Reads the API's configuration. An empty variable counts as unset.
 * @throws ConfigError naming the first bad variable
 */
export function readConfig(environment: Environment = process.env): Config {
  const config = readEnvironment(VARIABLES, environment);
  checkKeys(config);
  return config;
}

/** A key has one tenant. It may stand in both lists, and has the scope admin then. */
function checkKeys({ apiKeys, adminKeys }: Config): void {
  const tenants = new Map<string, string>();
  for (const { key, tenant } of [...apiKeys, ...adminKeys]) {
    const other = tenants.get(key) ?? tenant;
    if (other !== tenant)
      throw new ConfigError(`API_KEYS, ADMIN_KEYS: the tenants ${other} and ${tenant} have the same key`);
    tenants.set(key, tenant);
  }
}
