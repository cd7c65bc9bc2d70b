import type { z } from 'zod';

/** Values by the names of environment variables, such as process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting: the environment variable that holds it, and the schema of its value. */
export interface Variable<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly schema: S;
}

/** Declares a setting, such as `variable('SWEEP_MS', z.coerce.number().default(2000))`. */
export const variable = <S extends z.ZodType>(name: string, schema: S): Variable<S> => ({ name, schema });

/** The configuration that a set of variables gives, by field. */
export type ConfigOf<V extends Readonly<Record<string, Variable>>> = {
  [Field in keyof V]: z.output<V[Field]['schema']>;
};

/** A variable is missing or its value is not valid. The message is one line that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads a process's configuration. An empty variable counts as unset.
 * @param variables the settings, by the field that each becomes
 * @throws ConfigError for the first bad variable, in the order of the fields
 */
export function readEnvironment<V extends Readonly<Record<string, Variable>>>(
  variables: V,
  environment: Environment,
): ConfigOf<V> {
  const fields = Object.entries(variables).map(([field, { name, schema }]) => [
    field,
    parse(name, schema, environment[name] === '' ? undefined : environment[name]),
  ]);
  return Object.fromEntries(fields) as ConfigOf<V>;
}

function parse(name: string, schema: z.ZodType, value: string | undefined): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const complaint = value === undefined ? 'must be given' : parsed.error.issues[0]?.message;
  throw new ConfigError(`${name}: ${complaint ?? 'is not valid'}`);
}
