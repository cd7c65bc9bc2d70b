import { stageSchema, type Stage } from '@loci/contracts';
import { z } from 'zod';

/** A comma-separated list with no doubles: `perceive,remember`. */
const list = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .transform((text) => [
      ...new Set(
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      ),
    ])
    .pipe(z.array(item).min(1));

const milliseconds = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const environmentSchema = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  QUEUE_URL: z.string().regex(/^(rediss?|postgres(ql)?):\/\//, 'must be a redis:// or postgres:// URL'),
  OBJECT_STORE_URL: z.string().regex(/^(s3|file):\/\//, 'must be an s3:// or file:// URL'),
  MODEL_DIR: z.string().min(1),
  EXECUTION_PROVIDERS: list(z.enum(['cpu', 'cuda'])).default(['cpu']),
  INFERENCE_THREADS: z.coerce.number().int().min(1).max(256).default(1),
  WORKER_STAGES: list(stageSchema).default(['perceive', 'remember', 'answer']),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(2),
  WORKER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  SWEEP_MS: milliseconds(100, 600_000).default(2000),
  // the process is gone after 25 s whatever happens, so the drain must leave time to close
  DRAIN_MS: milliseconds(0, 20_000).default(15_000),
  FFMPEG_PATH: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** What the operator says of this worker; read once, at the start. Times in milliseconds. */
export interface WorkerConfig {
  databaseUrl: string;
  queueUrl: string;
  objectStoreUrl: string;
  modelDir: string;
  executionProviders: ('cpu' | 'cuda')[];
  inferenceThreads: number;
  stages: Stage[];
  concurrency: number;
  /** Where health and metrics are served; null: nowhere. */
  port: number | null;
  host: string;
  sweepMs: number;
  drainMs: number;
  ffmpegPath: string | null;
  logLevel: string;
}

/** A variable that is missing or makes no sense; the message is one line that names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the worker's configuration.
 * @throws ConfigError naming the first bad variable
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): WorkerConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const variable = String(issue?.path[0] ?? 'environment');
    throw new ConfigError(
      `${variable}: ${given[variable] === undefined ? 'must be given' : (issue?.message ?? 'is not valid')}`,
    );
  }
  const env = parsed.data;
  return {
    databaseUrl: env.DATABASE_URL,
    queueUrl: env.QUEUE_URL,
    objectStoreUrl: env.OBJECT_STORE_URL,
    modelDir: env.MODEL_DIR,
    executionProviders: env.EXECUTION_PROVIDERS,
    inferenceThreads: env.INFERENCE_THREADS,
    stages: env.WORKER_STAGES,
    concurrency: env.WORKER_CONCURRENCY,
    port: env.WORKER_PORT ?? null,
    host: env.HOST,
    sweepMs: env.SWEEP_MS,
    drainMs: env.DRAIN_MS,
    ffmpegPath: env.FFMPEG_PATH ?? null,
    logLevel: env.LOG_LEVEL,
  };
}

/** ONNX Runtime reports its use to its maker unless this stands in the environment before it loads: nothing leaves from here. */
export function refuseRuntimeTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
