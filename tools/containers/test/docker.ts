import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, inRoot } from '@loci/host';
import { temporaryFolder } from '@loci/testing';

const run = promisify(execFile);
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** Whether an engine answers here. Without one, tests of containers are skipped. */
export const hasEngine = spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0;

/** The lines of an output that an error tells: a failed build says at its end why. */
const TOLD_LINES = 60;

/**
 * Runs docker in the repository's root, and resolves to what it prints.
 * @throws Error with the end of both outputs
 */
export async function docker(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, ...environment };
  try {
    return (await run('docker', args, { cwd: inRoot(), env, maxBuffer: OUTPUT_LIMIT })).stdout.trim();
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    const told = `${stdout}\n${stderr}`.trim().split('\n').slice(-TOLD_LINES).join('\n');
    throw new Error(`docker ${args.join(' ')} failed:\n${told}`, { cause });
  }
}

/** Builds a target of the Dockerfile, and resolves to the image's id. */
export async function buildTarget(target: string): Promise<string> {
  const folder = await temporaryFolder('image');
  const idFile = join(folder.path, 'id');
  try {
    // not `--quiet`, which tells nothing of what failed
    await docker(['build', '--progress', 'plain', '--iidfile', idFile, '--target', target, '.']);
    return await readFile(idFile, 'utf8');
  } finally {
    await folder.remove();
  }
}

/** The service of docker-compose.yml under a project name of the test's own. */
export class Compose {
  private constructor(
    private readonly project: string,
    readonly apiKey: string,
    private readonly port: number,
  ) {}

  static async create(project: string): Promise<Compose> {
    return new Compose(project, 'secret', await freePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Builds the images, starts everything, and waits until each container says that it is healthy. */
  up = (): Promise<string> => this.#compose('up', '--build', '--quiet-pull', '--detach', '--wait');
  down = (): Promise<string> => this.#compose('down', '--volumes', '--timeout', '5');

  /** The ids of a service's containers, running or not. */
  async containers(service: string): Promise<string[]> {
    return (await this.#compose('ps', '--all', '--quiet', service)).split('\n');
  }

  #compose(...args: string[]): Promise<string> {
    const environment = { API_KEYS: `acme:${this.apiKey}`, PORT: String(this.port) };
    return docker(['compose', '--project-name', this.project, ...args], environment);
  }
}

/** What `docker inspect` says of a container, by a template of it. */
export const inspect = (container: string, template: string): Promise<string> =>
  docker(['inspect', '--format', template, container]);
