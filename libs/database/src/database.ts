import { answerStage } from './answer-stage.js';
import { attemptRefunds } from './attempts.js';
import { connect, type ConnectionOptions } from './client.js';
import { deletionsOf, objectOwnersOf, type Deletions, type ObjectOwners } from './deletions.js';
import { expectedObjectsOf, type ExpectedObjects } from './expected-objects.js';
import { jobsOf, type Jobs } from './jobs.js';
import { installationOf, type Installation } from './installation.js';
import { keysOf, type Keys } from './keys.js';
import { memoriesOf, type Memories } from './memories.js';
import { migrate } from './migrate.js';
import type { News } from './news.js';
import { perceiveStage } from './perceive-stage.js';
import { questionsOf, type Questions } from './questions.js';
import { rememberStage } from './remember-stage.js';
import type { Stages } from './stages.js';
import { videosOf, type Videos } from './videos.js';

/**
 * Postgres, the truth. Every change is one transaction behind a named method. Rows leave in the shapes of the
 * HTTP contract. While the server is away, methods reject with a plain error; once it is back, they work
 * again.
 */
export interface Database {
  readonly videos: Videos;
  readonly deletions: Deletions;
  readonly objectOwners: ObjectOwners;
  readonly expectedObjects: ExpectedObjects;
  readonly keys: Keys;
  readonly jobs: Jobs;
  readonly memories: Memories;
  readonly questions: Questions;
  readonly installation: Installation;
  readonly news: News;
  readonly stages: Stages;
  /**
   * Applies the migrations that the database lacks.
   * @returns their names
   */
  migrate(): Promise<string[]>;
  /** Rejects when the server does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a pool of connections to a Postgres.
 * @param url postgres://user:password@host:port/database
 * @param options maxIdleMs: after so long a transaction whose process stands still is lost, with its locks
 * @throws Error when the server cannot be reached
 */
export async function openDatabase(
  url: string,
  { poolSize = 8, maxWaitMs = 15_000, ...limits }: Partial<ConnectionOptions> = {},
): Promise<Database> {
  const connection = connect(url, { poolSize, maxWaitMs, ...limits });
  const check = async (): Promise<void> => {
    await connection.prisma.$queryRaw`SELECT 1`;
  };
  try {
    await check();
    await connection.opened();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    videos: videosOf(connection),
    deletions: deletionsOf(connection),
    objectOwners: objectOwnersOf(connection),
    expectedObjects: expectedObjectsOf(connection),
    keys: keysOf(connection),
    jobs: jobsOf(connection),
    memories: memoriesOf(connection),
    questions: questionsOf(connection),
    installation: installationOf(connection),
    news: connection.news,
    stages: {
      ...perceiveStage(connection),
      ...rememberStage(connection),
      ...answerStage(connection),
      ...attemptRefunds(connection),
    },
    migrate: () => migrate(url),
    check,
    close: () => connection.close(),
  };
}
