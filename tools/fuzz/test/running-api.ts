import { mkdir, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort, inRoot } from '@loci/host';
import { BuiltProgram, freshDatabase, temporaryFolder, waitFor } from '@loci/testing';

const KEY = 'fuzz-key';

/** The built API as a process, on a database and a folder of its own. */
export class RunningApi {
  private constructor(
    readonly url: string,
    readonly program: BuiltProgram,
    private readonly objects: string,
    private readonly stops: (() => Promise<unknown>)[],
  ) {}

  static async start(): Promise<RunningApi> {
    const folder = await temporaryFolder('fuzz-api');
    const postgres = await freshDatabase();
    const objects = join(folder.path, 'objects');
    await mkdir(objects);
    const port = await freePort();
    const program = new BuiltProgram('apps/api/main', {
      DATABASE_URL: postgres.url,
      QUEUE_URL: postgres.url,
      OBJECT_STORE_URL: pathToFileURL(objects).href,
      MODEL_DIR: inRoot('models'),
      API_KEYS: `fuzz:${KEY}`,
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'error',
    });
    const stops = [() => program.stop(), () => postgres.stop(), () => folder.remove()];
    const api = new RunningApi(`http://127.0.0.1:${port}`, program, objects, stops);
    await waitFor(async () => ((await api.isReady()) ? true : null));
    return api;
  }

  readonly authorization = `Bearer ${KEY}`;

  /** Whether it answers, and reaches all that it needs. */
  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/readyz`).catch(() => null);
    return answer?.status === 200;
  }

  upload(bytes: Buffer): Promise<Response> {
    const headers = { authorization: this.authorization, 'content-type': 'video/mp4' };
    return fetch(`${this.url}/v1/videos`, { method: 'POST', headers, body: new Uint8Array(bytes) });
  }

  /** Paths of the objects in its store, below its root. */
  async stored(): Promise<string[]> {
    const entries = await readdir(this.objects, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map((entry) => relative(this.objects, join(entry.parentPath, entry.name)));
  }

  async stop(): Promise<void> {
    for (const stop of this.stops) await stop();
  }
}
