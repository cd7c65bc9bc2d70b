#!/usr/bin/env node
/**
 * Lints and formats Python with Ruff, as an npm package: the machine needs no Python.
 *
 *   node tools/python-style.mjs check|format [file…]      without files: all Python sources
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { parse } from 'smol-toml';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SKIPPED = new Set(['node_modules', 'dist', 'runs']);

const settings = parse(readFileSync(join(root, 'ruff.toml'), 'utf8'));
const ruff = new Workspace(settings, PositionEncoding.Utf32);

/** Python files below a folder, sorted by name. */
function pythonFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? pythonFiles(path) : entry.name.endsWith('.py') ? [path] : [];
    });
}

/** The faults of a file, one line each. */
function complaints(path) {
  const text = readFileSync(path, 'utf8');
  const place = ({ row, column }) => `${relative(root, path)}:${row}:${column}`;
  const found = ruff
    .check(text)
    .map(({ code, message, start_location }) => `${place(start_location)} ${code} ${message}`);
  return ruff.format(text) === text
    ? found
    : [...found, `${relative(root, path)} is not formatted; npm run format does it`];
}

const [command, ...names] = process.argv.slice(2);
const files = names.length === 0 ? pythonFiles(root) : names.map((name) => resolve(name));
if (command === 'format') {
  for (const path of files) {
    const text = readFileSync(path, 'utf8');
    const formatted = ruff.format(text);
    if (formatted !== text) writeFileSync(path, formatted);
  }
} else if (command === 'check') {
  const lines = files.flatMap(complaints);
  for (const line of lines) console.error(line);
  console.error(`ruff ${Workspace.version()}: ${files.length} files, ${lines.length} complaints`);
  process.exitCode = lines.length === 0 ? 0 : 1;
} else {
  console.error('usage: node tools/python-style.mjs check|format [file…]');
  process.exitCode = 2;
}
