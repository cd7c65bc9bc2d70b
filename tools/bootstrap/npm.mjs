import { spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { environment } from './environment.mjs';
import { Failure, explainNpm } from './failure.mjs';

const NEEDED_BYTES = 1.5e9;

/** Runs a program to its end: its exit status (null when it could not be started) and what it wrote to both outputs. */
export function capture(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...options,
  });
  return {
    status: error ? null : status,
    output: `${stdout ?? ''}${stderr ?? ''}${error ? String(error) : ''}`,
  };
}

/** Runs npm under `node`; what it said is kept in `.tools/npm.log`. Throws a Failure that says what went wrong. */
export function npm(root, node, args, cwd = root) {
  makeFolder(join(root, '.tools'));
  checkSpace(root);
  // `npm run` says where npm itself is; started in another way, it is looked up on PATH
  const self = process.env.npm_execpath ?? '';
  const [program, first] = basename(self) === 'npm-cli.js' ? [node, [self]] : ['npm', []];
  // said aloud, also under `npm run --silent`: what went wrong is read from it
  const { status, output } = capture(
    program,
    [...first, ...args, '--no-audit', '--no-fund', '--loglevel=warn'],
    { cwd, env: environment(node) },
  );
  const log = join(root, '.tools', 'npm.log');
  writeFileSync(log, output);
  if (status === 0) return;
  if (status === null) throw new Failure('npm could not be started; Loci needs Node with npm.');
  const last = output
    .split('\n')
    .filter((line) => /npm err/i.test(line))
    .slice(0, 3)
    .join(' ');
  throw new Failure(
    explainNpm(output) ??
      `npm failed (${last.trim() || `exit code ${status}`}); its whole output is in ${log}`,
  );
}

/** Throws a Failure when the folder cannot be made. */
export function makeFolder(path) {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The error as a Failure, where it says that the checkout cannot be written. */
export function unwritable(path, error) {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) return error;
  return new Failure(
    `${path} cannot be written (${error.code}), and this checkout is not built yet: run \`npm run build\` once as the user to whom it belongs.`,
  );
}

function checkSpace(root) {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize < NEEDED_BYTES) {
    throw new Failure(
      `There is too little space on the disk of ${root}: ${Math.round((bavail * bsize) / 1e6)} MB are free, about ${NEEDED_BYTES / 1e6} MB are needed.`,
    );
  }
}
