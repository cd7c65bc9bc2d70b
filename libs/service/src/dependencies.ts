import { withTimeout } from './time-limit.js';

/** A server or a folder that a process depends on. */
export interface Dependency {
  /** Rejects when it cannot be used now. */
  check(): Promise<void>;
}

/**
 * Checks all dependencies of a process at once, for its readiness probe.
 * @param limitMs a dependency that is silent for longer counts as unreachable, milliseconds
 * @returns by name: null when the dependency can be used, else what went wrong
 */
export async function checkDependencies<Name extends string>(
  dependencies: Readonly<Record<Name, Dependency>>,
  limitMs: number,
): Promise<Record<Name, Error | null>> {
  const checks = Object.entries<Dependency>(dependencies).map(async ([name, dependency]) => [
    name,
    await faultOf(dependency, limitMs),
  ]);
  return Object.fromEntries(await Promise.all(checks)) as Record<Name, Error | null>;
}

async function faultOf(dependency: Dependency, limitMs: number): Promise<Error | null> {
  try {
    await withTimeout(dependency.check(), limitMs, 'does not answer');
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
