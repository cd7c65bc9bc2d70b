#!/usr/bin/env node
/**
 * The entry of every npm script. It installs a Node that is new enough and the packages, and builds, where
 * any of that is missing; then it runs the target. It needs nothing but Node ≥ 20 and npm.
 *
 *   node tools/bootstrap.mjs <target> [arguments]
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forgetBuild, isBuilt, rememberBuild } from './bootstrap/build.mjs';
import { environment } from './bootstrap/environment.mjs';
import { Failure } from './bootstrap/failure.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { ensureNode, findNode } from './bootstrap/node.mjs';
import { arePackagesInstalled, ensurePackages } from './bootstrap/packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stderr.write(`loci: ${line}\n`);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const NX = ['node_modules/nx/dist/bin/nx.js', 'run-many', '--outputStyle=static', '-t'];

/**
 * The program of each target, and the Nx targets that must pass before. A program with a channel learns from
 * its end that this process was killed. Everything is built before any of them.
 */
const TARGETS = {
  demo: { program: ['apps/local/dist/demo.js'], channel: true },
  start: { program: ['apps/local/dist/start.js'], channel: true },
  doctor: { program: ['apps/local/dist/doctor.js'], channel: true },
  test: { checks: ['typecheck'], program: ['node_modules/vitest/vitest.mjs', 'run'] },
  'test:containers': {
    program: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.containers.config.ts'],
  },
  'test:fuzz': { program: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.fuzz.config.ts'] },
  build: { program: null },
  lint: { program: ['tools/style.mjs', 'check'] },
  format: { program: ['tools/style.mjs', 'format'] },
  evaluate: { program: ['apps/evaluate/dist/evaluate.js'], channel: true },
  odometry: { program: ['apps/evaluate/dist/odometry.js'], channel: true },
  robustness: { program: ['apps/evaluate/dist/robustness.js'], channel: true },
  examples: { program: ['apps/evaluate/dist/examples.js'], channel: true },
  'bench:api': { program: ['bench/dist/api.js'], channel: true },
  'bench:growth': { program: ['bench/dist/growth.js'], channel: true },
  'bench:hd': { program: ['bench/dist/hd.js'], channel: true },
  'bench:jobs': { program: ['bench/dist/jobs.js'], channel: true },
  'bench:pipeline': { program: ['bench/dist/pipeline.js'], channel: true },
  'bench:page': { program: ['bench/dist/page.js'], channel: true },
  'bench:reading': { program: ['bench/dist/reading.js'] },
  lighthouse: { program: ['bench/dist/lighthouse.js'], channel: true },
  screenshots: { program: ['bench/dist/screenshots.js'], channel: true },
  'check-answers': { program: ['bench/dist/check-answers.js'] },
  chaos: { program: ['bench/dist/chaos.js'], channel: true },
  'check-resume': { program: ['bench/dist/check-resume.js'] },
};

/**
 * Runs a program, and passes on the signals that ask this process to end. Resolves to its exit code and, when
 * quiet, to its output.
 */
function run(node, args, { quiet = false, channel = false } = {}) {
  const stdio = quiet
    ? ['ignore', 'pipe', 'pipe']
    : ['inherit', 'inherit', 'inherit', ...(channel ? ['ipc'] : [])];
  const child = spawn(node, args, { cwd: root, env: environment(node), stdio });
  let output = '';
  for (const stream of quiet ? [child.stdout, child.stderr] : [])
    stream.on('data', (chunk) => (output += chunk));
  const forward = (signal) => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.off(name, forward);
      resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 143), output });
    });
  });
}

/**
 * Runs Nx quietly. Its output is printed when it fails.
 * @param what the name of the step, for the message
 */
async function runNx(node, args, what) {
  const { code, output } = await run(node, [...NX, ...args], { quiet: true });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure(
    /ENOSPC/.test(output)
      ? 'There is no space left on the disk; free some and run the command again.'
      : `${what} failed.`,
  );
}

/**
 * Makes Node, the packages and the build as the checkout says, and writes nothing where they are already.
 * Resolves to the path of that Node.
 */
async function prepare() {
  const present = findNode(root);
  if (present !== null && arePackagesInstalled(root) && isBuilt(root)) return present;
  return withLock(join(root, '.tools', 'bootstrap.lock'), say, async () => {
    const node = ensureNode(root, say);
    ensurePackages(root, node, say);
    if (isBuilt(root)) return node;
    say('building what has changed');
    forgetBuild(root);
    await runNx(node, ['build'], 'The build');
    rememberBuild(root);
    return node;
  });
}

async function main([name, ...args]) {
  const target = TARGETS[name];
  if (!target)
    throw new Failure(`usage: node tools/bootstrap.mjs <${Object.keys(TARGETS).join('|')}> [arguments]`);
  const node = await prepare();
  // the packages are built already: no target runs another one again
  if (target.checks) await runNx(node, [...target.checks, '--excludeTaskDependencies'], 'The typecheck');
  if (target.program === null) return 0;
  const [program, ...first] = target.program;
  return (await run(node, [join(root, program), ...first, ...args], target)).code;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    say(error instanceof Failure ? error.message : (error.stack ?? String(error)));
    process.exitCode = 1;
  },
);
