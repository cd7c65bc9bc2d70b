import { z } from 'zod';

/** `tenant:key,tenant:key`; a key may itself hold colons, a tenant may not. */
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

const configSchema = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  QUEUE_URL: z.string().regex(/^(rediss?|postgres(ql)?):\/\//, 'must be a redis:// or postgres:// URL'),
  OBJECT_STORE_URL: z.string().regex(/^(file|s3):\/\//, 'must be file:///dir or s3://bucket'),
  MODEL_DIR: z.string().min(1),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().min(1).default('0.0.0.0'),
  API_KEYS: apiKeys.default([]),
  MAX_VIDEO_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(4 * 1024 ** 3),
  MAX_VIDEO_SECONDS: z.coerce
    .number()
    .positive()
    .default(2 * 3600),
  MAX_VIDEO_PIXELS: z.coerce
    .number()
    .int()
    .positive()
    .default(4096 * 2304),
  FFMPEG_PATH: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
export type Config = z.infer<typeof configSchema>;

/** A variable of the environment is missing or cannot be used; the message is one line that names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the configuration. An empty variable counts as unset. Throws ConfigError at the first bad one. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = configSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? 'configuration');
  throw new ConfigError(
    given[name] === undefined ? `${name} is missing` : `${name}: ${issue?.message ?? 'is not valid'}`,
  );
}
