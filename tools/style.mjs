#!/usr/bin/env node
/**
 * Lints or formats the whole repository. `check` exits with 1 when it finds a fault; `format` writes.
 *
 *   node tools/style.mjs check|format
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NX = [
  ...['node_modules/nx/dist/bin/nx.js', 'run-many', '--outputStyle=static'],
  ...['-t', 'lint', '--excludeTaskDependencies'],
];
const PRETTIER = ['node_modules/prettier/bin/prettier.cjs', '--log-level=warn'];
const PYTHON = ['tools/python-style.mjs'];
/** The files at the top, which belong to no room. */
const ESLINT_TOP = [
  'node_modules/eslint/bin/eslint.js',
  'eslint.config.mjs',
  'vitest.config.ts',
  'vitest.containers.config.ts',
  'vitest.fuzz.config.ts',
  'prisma.config.ts',
];
const COMMANDS = {
  check: [[...PRETTIER, '--check', '.'], [...PYTHON, 'check'], ESLINT_TOP, NX],
  format: [
    [...PRETTIER, '--write', '.'],
    [...PYTHON, 'format'],
  ],
};

const commands = COMMANDS[process.argv[2]];
if (commands === undefined) throw new Error('usage: node tools/style.mjs check|format');
// run all of them, so that one run shows every fault
const codes = commands.map(
  ([program, ...args]) =>
    spawnSync(process.execPath, [join(root, program), ...args], { cwd: root, stdio: 'inherit' }).status,
);
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
