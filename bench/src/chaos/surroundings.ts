import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startEmbeddedPostgres, type EmbeddedPostgres } from '@loci/host';
import { redisOffer, s3Offer, temporaryFolder, type TestServer } from '@loci/testing';
import { SmallDisk } from './small-disk.js';
import { StoreProxy } from './store-proxy.js';
import { TcpProxy } from './tcp-proxy.js';

/** The object store: its URL for the service, where its objects lie as files, and what fails before it. */
interface Store {
  url: string;
  folder: string;
  proxy: StoreProxy | null;
  stop(): Promise<void>;
}

/** Everything that the service stands on. Each part can fail. */
export class Surroundings {
  private constructor(
    private readonly scratch: Awaited<ReturnType<typeof temporaryFolder>>,
    private readonly startPostgres: () => Promise<EmbeddedPostgres>,
    public postgres: EmbeddedPostgres,
    readonly postgresProxy: TcpProxy,
    /** Null where there is no redis-server. */
    readonly redis: TestServer | null,
    readonly store: Store,
    /** The disk of the data folder; null where it cannot be filled. */
    readonly disk: SmallDisk | null,
  ) {}

  static async open(): Promise<Surroundings> {
    const scratch = await temporaryFolder('chaos');
    // Postgres may have to run under another account
    await chmod(scratch.path, 0o755);
    for (const name of ['data', 'temporary', 'clips']) await mkdir(join(scratch.path, name));
    const port = await freePort();
    const startPostgres = () =>
      startEmbeddedPostgres({
        dataDir: join(scratch.path, 'postgres'),
        port,
        logFile: join(scratch.path, 'postgres.log'),
        disposable: { remove: scratch.path },
      });
    const postgres = await startPostgres();
    const redis = await redisOffer();
    return new Surroundings(
      scratch,
      startPostgres,
      postgres,
      await TcpProxy.open(port),
      'missing' in redis ? null : await redis.start(),
      await openStore(scratch.path),
      SmallDisk.mount(join(scratch.path, 'data')),
    );
  }

  get dataDir(): string {
    return join(this.scratch.path, 'data');
  }
  /** Where the service's processes keep temporary files. */
  get temporary(): string {
    return join(this.scratch.path, 'temporary');
  }
  get clips(): string {
    return join(this.scratch.path, 'clips');
  }

  /** The database as the service reaches it: through the proxy. */
  get databaseUrl(): string {
    const url = new URL(this.postgres.url);
    url.port = String(this.postgresProxy.port);
    return url.href;
  }

  async restartPostgres(): Promise<void> {
    await this.postgres.stop();
    this.postgres = await this.startPostgres();
  }

  async close(): Promise<void> {
    this.postgresProxy.close();
    this.store.proxy?.close();
    await this.store.stop();
    await this.redis?.stop();
    await this.postgres.stop();
    this.disk?.unmount();
    await this.scratch.remove();
  }
}

/** S3Proxy behind the proxy that fails; a folder where S3Proxy is not installed. */
async function openStore(scratch: string): Promise<Store> {
  const offer = await s3Offer();
  const server = 'missing' in offer ? null : await offer.start();
  if (server?.folder === undefined) {
    await server?.stop();
    const folder = join(scratch, 'objects');
    await mkdir(folder);
    return { url: `file://${folder}`, folder, proxy: null, stop: () => Promise.resolve() };
  }
  const url = new URL(server.url);
  const proxy = await StoreProxy.open(new URL(url.searchParams.get('endpoint') ?? ''));
  url.searchParams.set('endpoint', `http://127.0.0.1:${proxy.port}`);
  return { url: url.href, folder: server.folder, proxy, stop: () => server.stop() };
}
