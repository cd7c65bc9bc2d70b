export { ROOT, inRoot } from './checkout.js';
export { CommandError } from './command-error.js';
export { ffmpeg } from './ffmpeg.js';
export { killOnParentExit } from './kill-on-parent-exit.js';
export { claimPort, freePort } from './ports.js';
export {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './postgres/server.js';
export { runCommand } from './run-command.js';
export { shutdownSignal, untilAborted } from './shutdown-signal.js';
