import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { inRoot } from '@loci/host';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Folders whose rooms hold TypeScript. A cycle stays within its room: eslint.config.mjs orders the rooms. */
const FOLDERS = ['apps', 'bench', 'libs', 'tools'];
const SKIPPED = new Set(['node_modules', 'dist', 'generated', 'runs']);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** The files of the same room that a file imports, those for types only included. */
function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => resolve(dirname(file), fileName.replace(/\.js$/, '.ts')));
}

/** A cycle of a graph as the path that leads back to its first node; null when there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | null => {
    const start = path.indexOf(node);
    if (start !== -1) return [...path.slice(start), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle !== null) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

describe('imports', () => {
  it('form no cycle, not even of types', () => {
    const files = FOLDERS.flatMap((folder) => sources(inRoot(folder)));
    expect(files.length).toBeGreaterThan(100);
    const cycle = findCycle(new Map(files.map((file) => [file, importsOf(file)])));
    expect(cycle?.map((file) => relative(inRoot('.'), file)) ?? []).toEqual([]);
  });

  it('that form a cycle are told as a path', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', []],
      ['d', ['b']],
    ]);
    expect(findCycle(graph)).toEqual(['b', 'd', 'b']);
  });
});
