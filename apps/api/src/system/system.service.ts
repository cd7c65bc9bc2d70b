import { statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { modelRef, type System } from '@loci/contracts';
import type { Database } from '@loci/database';
import type { Queues } from '@loci/queue';
import { withTimeout } from '@loci/service';
import type { ObjectStore } from '@loci/storage';
import type { Config } from '../config.js';
import { CONFIG, DATABASE, FFMPEG_VERSION, QUEUES, STORE } from '../connections/tokens.js';
import { ModelsService } from '../models/models.service.js';
import { OpenApiHolder } from '../openapi/openapi-holder.js';
import { BOARD } from './board.js';

const MAX_FAILURES = 20;
/** What does not answer within this time is away, in ms. */
const LIMIT_MS = 3_000;
type Part = System['away'][number];
const LINKS: System['links'] = {
  docs: '/docs',
  openapi: '/openapi.json',
  metrics: '/metrics',
  queues: BOARD,
};

@Injectable()
export class SystemService {
  private readonly logger = new Logger('System');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(STORE) private readonly store: ObjectStore,
    @Inject(FFMPEG_VERSION) private readonly ffmpegVersion: string,
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(OpenApiHolder) private readonly openApi: OpenApiHolder,
  ) {}

  /** Without Postgres, which knows the keys, there is nothing to tell. What else is away is named. */
  async get(): Promise<System> {
    const { installation } = this.database;
    const [queues, store, workers, failures, versions] = await Promise.all([
      this.reach('queue', this.queues.counts()),
      this.reach('store', this.lookAtStore()),
      installation.workers(),
      installation.failures(MAX_FAILURES),
      this.versions(),
    ]);
    const away = [queues, store].flatMap((part) => ('away' in part ? [part.away] : []));
    return {
      away,
      queues: 'away' in queues ? null : queues.told,
      workers,
      failures,
      versions,
      disk: 'away' in store ? null : store.told,
      links: LINKS,
    };
  }

  /** What a part tells, or its name when it cannot be reached. */
  private async reach<T>(part: Part, answer: Promise<T>): Promise<{ told: T } | { away: Part }> {
    try {
      return { told: await withTimeout(answer, LIMIT_MS, `the ${part} does not answer`) };
    } catch (error) {
      this.logger.warn(error);
      return { away: part };
    }
  }

  private async lookAtStore(): Promise<System['disk']> {
    await this.store.check();
    return diskOf(this.config.objectStoreUrl);
  }

  private async versions(): Promise<System['versions']> {
    return {
      app: this.openApi.document.info.version,
      models: this.models.list().map(modelRef),
      node: process.versions.node,
      ffmpeg: this.ffmpegVersion,
      postgres: await this.database.installation.postgresVersion(),
    };
  }
}

/** The disk under the folder of the objects; null where they lie in a bucket. */
async function diskOf(objectStoreUrl: string): Promise<System['disk']> {
  if (!objectStoreUrl.startsWith('file:')) return null;
  const { bavail, blocks, bsize } = await statfs(fileURLToPath(objectStoreUrl));
  return { free_bytes: bavail * bsize, total_bytes: blocks * bsize };
}
