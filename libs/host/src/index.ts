/**
 * What programs need from the machine that they run on: free ports, signals, child processes that end with
 * their parent, ffmpeg, and the Postgres that comes as an npm package. Commands also find the root of the
 * checkout here, and the errors that they print as one sentence.
 */
export { ROOT, inRoot } from './checkout.js';
export { claimFolder, type FolderClaim } from './claim-folder.js';
export { CommandError } from './command-error.js';
export { ffmpeg } from './ffmpeg.js';
export { killOnParentExit } from './kill-on-parent-exit.js';
export { findRecordedProcess, stopOrphan, writePidFile } from './pid-file.js';
export { claimPort, freePort } from './ports.js';
export { EmbeddedPostgresError } from './postgres/error.js';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from './postgres/server.js';
export { runCommand } from './run-command.js';
export { shutdownSignal, untilAborted } from './shutdown-signal.js';
