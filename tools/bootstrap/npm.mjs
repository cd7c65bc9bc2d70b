import { spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { environment } from './environment.mjs';
import { Failure, explainNpm } from './failure.mjs';

const NEEDED_BYTES = 1.5e9;
/** npm can wait for ever without any connection: a run is ended after so long, and tried once more. */
const LIMIT_MS = 20 * 60_000;
const TRIES = 2;

/**
 * Runs a program to its end. Returns its exit status (null when it could not be started, or ran for longer
 * than a `timeout`) and its output.
 */
export function capture(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...options,
  });
  return {
    status: error ? null : status,
    output: `${stdout ?? ''}${stderr ?? ''}${error ? String(error) : ''}`,
    timedOut: error?.code === 'ETIMEDOUT',
  };
}

/**
 * Runs npm under `node`. Its output is kept in `.tools/npm.log`.
 * @throws Failure that says what went wrong
 */
export function npm(root, node, args, { cwd = root, limitMs = LIMIT_MS } = {}) {
  makeFolder(join(root, '.tools'));
  checkSpace(root);
  // `npm run` names its own file; otherwise npm is looked up on PATH
  const npmFile = process.env.npm_execpath ?? '';
  const [program, first] = basename(npmFile) === 'npm-cli.js' ? [node, [npmFile]] : ['npm', []];
  // the log level also counts under `npm run --silent`: the error is read from the output
  const options = ['--no-audit', '--no-fund', '--loglevel=warn'];
  const log = join(root, '.tools', 'npm.log');
  for (let tries = 1; ; tries += 1) {
    const { status, output, timedOut } = capture(program, [...first, ...args, ...options], {
      cwd,
      env: environment(node),
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    writeFileSync(log, output);
    if (status === 0) return;
    if (!timedOut) throw npmFailure(status, output, log);
    if (tries === TRIES)
      throw new Failure(`npm did not end within ${limitMs / 60_000} minutes; run the command again.`);
  }
}

/** What npm's end means. */
function npmFailure(status, output, log) {
  if (status === null) return new Failure('npm could not be started; Loci needs Node with npm.');
  const last = output
    .split('\n')
    .filter((line) => /npm err/i.test(line))
    .slice(0, 3)
    .join(' ');
  return new Failure(
    explainNpm(output) ??
      `npm failed (${last.trim() || `exit code ${status}`}); its whole output is in ${log}`,
  );
}

/**
 * Makes a folder.
 * @throws Failure when the checkout cannot be written
 */
export function makeFolder(path) {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Turns an error that the checkout cannot be written into a Failure, and returns any other as it is. */
export function unwritable(path, error) {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) return error;
  return new Failure(
    `${path} cannot be written (${error.code}), and this checkout is not built yet:` +
      ' run `npm run build` once as the user to whom it belongs.',
  );
}

function checkSpace(root) {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize >= NEEDED_BYTES) return;
  const free = Math.round((bavail * bsize) / 1e6);
  throw new Failure(
    `There is too little space on the disk of ${root}: ${free} MB are free,` +
      ` about ${NEEDED_BYTES / 1e6} MB are needed.`,
  );
}
