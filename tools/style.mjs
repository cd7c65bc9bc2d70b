#!/usr/bin/env node
/**
 * Lints and formats everything: `check` ends with 1 at any fault, `format` writes.
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
const COMMANDS = {
  check: [[...PRETTIER, '--check', '.'], [...PYTHON, 'check'], NX],
  format: [
    [...PRETTIER, '--write', '.'],
    [...PYTHON, 'format'],
  ],
};

const commands = COMMANDS[process.argv[2]];
if (commands === undefined) throw new Error('usage: node tools/style.mjs check|format');
// all of them run, so that one run shows every fault
const codes = commands.map(
  ([program, ...args]) =>
    spawnSync(process.execPath, [join(root, program), ...args], { cwd: root, stdio: 'inherit' }).status,
);
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
