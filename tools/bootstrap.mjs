#!/usr/bin/env node
/**
 * The way into every npm script: brings a Node that is new enough, the packages and the build where they are missing,
 * then runs the target. Uses nothing but Node ≥ 20 and npm.
 *
 *   node tools/bootstrap.mjs <target> [arguments]
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStands, forgetBuild, rememberBuild } from './bootstrap/build.mjs';
import { environment } from './bootstrap/environment.mjs';
import { Failure } from './bootstrap/failure.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { ensureNode, findNode } from './bootstrap/node.mjs';
import { ensurePackages, packagesStand } from './bootstrap/packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stderr.write(`loci: ${line}\n`);
const nx = (...targets) => [
  'node_modules/nx/dist/bin/nx.js',
  'run-many',
  '--outputStyle=static',
  '-t',
  ...targets,
];
/** Targets of packages that are built already: what they depend on is not run again. */
const check = (...targets) => [...nx(...targets), '--excludeTaskDependencies'];

/** The program that a target is, and what Nx has to check before; everything is built before any of them. */
const TARGETS = {
  demo: { program: ['apps/local/dist/demo.js'], leashed: true },
  start: { program: ['apps/local/dist/start.js'], leashed: true },
  test: { checks: ['typecheck'], program: ['node_modules/vitest/vitest.mjs', 'run'] },
  build: { program: null },
  lint: { program: ['tools/style.mjs', 'check'] },
  format: { program: ['tools/style.mjs', 'format'] },
  evaluate: { program: ['apps/evaluate/dist/evaluate.js'], leashed: true },
  robustness: { program: ['apps/evaluate/dist/robustness.js'], leashed: true },
  'bench:growth': { program: ['bench/dist/growth.js'], leashed: true },
  'bench:pipeline': { program: ['bench/dist/pipeline.js'], leashed: true },
  'check-resume': { program: ['bench/dist/check-resume.js'] },
};

/**
 * Runs a program, passing on the signals that ask this process to end. Resolves to its exit code and, when quiet, what
 * it wrote. A leashed one gets a channel whose end tells it that this process was killed.
 */
function run(node, args, { quiet = false, leashed = false } = {}) {
  const stdio = quiet
    ? ['ignore', 'pipe', 'pipe']
    : ['inherit', 'inherit', 'inherit', ...(leashed ? ['ipc'] : [])];
  const child = spawn(node, args, { cwd: root, env: environment(node), stdio });
  let output = '';
  for (const stream of quiet ? [child.stdout, child.stderr] : [])
    stream.on('data', (chunk) => (output += chunk));
  const forward = (signal) => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward);
      resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 143), output });
    });
  });
}

/** Runs Nx quietly; what it said is printed when it fails. */
async function runNx(node, args, about) {
  const { code, output } = await run(node, args, { quiet: true });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure(
    /ENOSPC/.test(output)
      ? 'There is no space left on the disk; free some and run the command again.'
      : `${about} failed.`,
  );
}

/** Brings Node, packages and the build to what the checkout says; writes nothing where they are. Resolves to that Node. */
async function prepare() {
  const standing = findNode(root);
  if (standing !== null && packagesStand(root) && buildStands(root)) return standing;
  return withLock(join(root, '.tools', 'bootstrap.lock'), say, async () => {
    const node = ensureNode(root, say);
    ensurePackages(root, node, say);
    if (buildStands(root)) return node;
    say('building what has changed');
    forgetBuild(root);
    await runNx(node, nx('build'), 'The build');
    rememberBuild(root);
    return node;
  });
}

async function main([name, ...args]) {
  const target = TARGETS[name];
  if (!target)
    throw new Failure(`usage: node tools/bootstrap.mjs <${Object.keys(TARGETS).join('|')}> [arguments]`);
  const node = await prepare();
  if (target.checks) await runNx(node, check(...target.checks), 'The typecheck');
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
