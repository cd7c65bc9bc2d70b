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

/** The store of the queue: the database, or Redis. */
export type QueueBackend = 'Postgres' | 'Redis';

/** Everything that the service stands on. Each part can fail. */
export class Surroundings implements AsyncDisposable {
  private constructor(
    /** Where all its files are. It goes with them, and with this process. */
    readonly folder: string,
    private readonly parts: AsyncDisposableStack,
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
    await using opened = new AsyncDisposableStack();
    const scratch = await temporaryFolder('chaos');
    opened.defer(() => scratch.remove());
    // Postgres may have to run under another account
    await chmod(scratch.path, 0o755);
    for (const name of ['data', 'temporary', 'clips', 'reports']) await mkdir(join(scratch.path, name));
    const disk = await SmallDisk.mount(join(scratch.path, 'data'));
    opened.defer(() => disk?.unmount());
    const port = await freePort();
    const startPostgres = () =>
      startEmbeddedPostgres({
        dataDir: join(scratch.path, 'postgres'),
        port,
        logFile: join(scratch.path, 'postgres.log'),
        disposable: { remove: scratch.path },
      });
    const postgres = await startPostgres();
    opened.defer(() => postgres.stop());
    const proxy = await TcpProxy.open(port);
    opened.defer(() => proxy.close());
    const offer = await redisOffer();
    const redis = 'missing' in offer ? null : await offer.start();
    opened.defer(() => redis?.stop());
    const store = await openStore(scratch.path);
    opened.defer(() => store.stop());
    const parts = opened.move();
    return new Surroundings(scratch.path, parts, startPostgres, postgres, proxy, redis, store, disk);
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }
  /** Where the service's processes keep temporary files. */
  get temporary(): string {
    return join(this.folder, 'temporary');
  }
  get clips(): string {
    return join(this.folder, 'clips');
  }

  /** The kinds of queue that can run here. */
  get backends(): QueueBackend[] {
    return this.redis === null ? ['Postgres'] : ['Postgres', 'Redis'];
  }
  /** What cannot fail here, since it is not there. */
  get missing(): string[] {
    return [
      ...(this.redis === null ? ['redis-server'] : []),
      ...(this.store.proxy === null ? ['S3Proxy (tools/install-s3proxy)'] : []),
      ...(this.disk === null ? ['a small disk (Linux, as root)'] : []),
    ];
  }
  /** The queue, past the proxy that may be cut. */
  queueUrl(backend: QueueBackend): string {
    return backend === 'Redis' && this.redis !== null ? this.redis.url : this.postgres.url;
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
    const { postgres } = this;
    this.parts.defer(() => postgres.stop());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.parts.disposeAsync();
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
  const stop = (): Promise<void> => {
    proxy.close();
    return server.stop();
  };
  return { url: url.href, folder: server.folder, proxy, stop };
}
