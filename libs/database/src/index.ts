export { openDatabase, type Database } from './database.js';
export type { IdempotencyClaim, Jobs, SubmitRequest } from './jobs.js';
export type { Keys } from './keys.js';
export type { EntryWithoutTokens, Memories, TrajectoryPoint } from './memories.js';
export { MigrationError } from './migrate.js';
export type { Questions } from './questions.js';
export type { ChunkRef, MemoryRecord, QuestionRef, QuestionRecord } from './rows.js';
export type { AnswerTask, Begun, PerceiveTask, RememberTask, RememberedChunk, Stages } from './stages.js';
export { ClipGoneError, type NewVideo, type Videos } from './videos.js';
