export { openDatabase, type Database } from './database.js';
export type { Deletions, ObjectOwners, PendingDeletion } from './deletions.js';
export type { ExpectedObjects } from './expected-objects.js';
export type { Installation } from './installation.js';
export type { Jobs } from './jobs.js';
export type { Keys } from './keys.js';
export type { EntryWithoutTokens } from './entries.js';
export type { Memories, TrajectoryPoint } from './memories.js';
export { MigrationError } from './migrate.js';
export type { Questions } from './questions.js';
export type { MemoryRecord, QuestionRecord } from './records.js';
export type {
  AnswerTask,
  Begun,
  BegunTask,
  ChunkRef,
  MemoryBefore,
  PastMemory,
  PerceiveTask,
  QuestionRef,
  RememberTask,
  RememberedChunk,
  Perceived,
  Stages,
} from './stages.js';
export type { Submitted } from './submit.js';
export type { IdempotencyClaim, SubmitRequest } from './submit-request.js';
export { saysUnreachable } from './unreachable.js';
export { ClipGoneError, type NewVideo, type Videos } from './videos.js';
