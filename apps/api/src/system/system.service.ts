import { statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable } from '@nestjs/common';
import { modelRef, type System } from '@loci/contracts';
import type { Database } from '@loci/database';
import type { Queues } from '@loci/queue';
import type { Config } from '../config.js';
import { CONFIG, DATABASE, FFMPEG_VERSION, QUEUES } from '../connections/tokens.js';
import { ModelsService } from '../models/models.service.js';
import { OpenApiHolder } from '../openapi/openapi-holder.js';

const MAX_FAILURES = 20;
const LINKS: System['links'] = { docs: '/docs', openapi: '/openapi.json', metrics: '/metrics' };

@Injectable()
export class SystemService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(FFMPEG_VERSION) private readonly ffmpegVersion: string,
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(OpenApiHolder) private readonly openApi: OpenApiHolder,
  ) {}

  async get(): Promise<System> {
    const { installation } = this.database;
    const [queues, workers, failures, versions, disk] = await Promise.all([
      this.queues.counts(),
      installation.workers(),
      installation.failures(MAX_FAILURES),
      this.versions(),
      diskOf(this.config.objectStoreUrl),
    ]);
    return { queues, workers, failures, versions, disk, links: LINKS };
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
