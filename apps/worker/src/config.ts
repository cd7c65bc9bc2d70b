import { availableParallelism } from 'node:os';
import { precisionSchema, stageSchema } from '@loci/contracts';
import { strandsFor } from '@loci/pipeline';
import { readEnvironment, variable, type ConfigOf } from '@loci/service';
import { z } from 'zod';

/** A comma-separated list without repeats, such as `perceive,remember`. */
const list = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .transform((text) => [
      ...new Set(
        text
          .split(',')
          .map((entry) => entry.trim())
          .filter((entry) => entry !== ''),
      ),
    ])
    .pipe(z.array(item).min(1));

const integer = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const VARIABLES = {
  databaseUrl: variable('DATABASE_URL', z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')),
  queueUrl: variable(
    'QUEUE_URL',
    z.string().regex(/^(rediss?|postgres(ql)?):\/\//, 'must be a redis:// or postgres:// URL'),
  ),
  objectStoreUrl: variable(
    'OBJECT_STORE_URL',
    z.string().regex(/^(s3|file):\/\//, 'must be an s3:// or file:// URL'),
  ),
  modelDir: variable('MODEL_DIR', z.string().min(1)),
  /** Of a bundle that has both, the model that is loaded at once. */
  modelPrecision: variable('MODEL_PRECISION', precisionSchema.default('float')),
  executionProviders: variable('EXECUTION_PROVIDERS', list(z.enum(['cpu', 'cuda'])).default(['cpu'])),
  /** Threads that one operator of a graph may use. */
  inferenceThreads: variable('INFERENCE_THREADS', integer(1, 256).default(1)),
  stages: variable('WORKER_STAGES', list(stageSchema).default(['perceive', 'remember', 'answer'])),
  /** Chunks or questions of one stage at a time. */
  concurrency: variable('WORKER_CONCURRENCY', integer(1, 64).default(2)),
  /** Workers that perceive one clip at the same time. */
  clipWorkers: variable(
    'CLIP_WORKERS',
    integer(1, strandsFor(Infinity)).default(strandsFor(availableParallelism())),
  ),
  /** Where health and metrics are served; null: nowhere. */
  port: variable('WORKER_PORT', integer(0, 65_535).nullable().default(null)),
  host: variable('HOST', z.string().min(1).default('127.0.0.1')),
  /** Milliseconds between two sweeps. */
  sweepMs: variable('SWEEP_MS', integer(100, 600_000).default(2000)),
  /**
   * Milliseconds for work in flight to end. The process exits after 25 s, so some time must remain to close.
   */
  drainMs: variable('DRAIN_MS', integer(0, 20_000).default(15_000)),
  /** How long ffmpeg may take for its next output, in ms of processor time or of standing still. */
  decodeLimitMs: variable('DECODE_LIMIT_MS', integer(100, 3_600_000).default(120_000)),
  /** Undefined: the ffmpeg that was installed with the packages. */
  ffmpegPath: variable('FFMPEG_PATH', z.string().min(1).optional()),
  logLevel: variable(
    'LOG_LEVEL',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ),
};

/** The configuration of a worker, read once at the start. */
export type Config = ConfigOf<typeof VARIABLES>;

/**
 * Reads the worker's configuration.
 * @throws ConfigError naming the first bad variable
 */
export const readConfig = (environment: NodeJS.ProcessEnv = process.env): Config =>
  readEnvironment(VARIABLES, environment);

/** Keeps ONNX Runtime from reporting its use to its maker. Call it before the runtime loads. */
export function refuseRuntimeTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
