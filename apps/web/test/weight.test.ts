import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { inRoot } from '@loci/host';
import { expect, test } from 'vitest';

const BUILT = inRoot('apps/web/dist');
/** Script that a browser loads before a map is opened, bytes after gzip. */
const SCRIPT_LIMIT = 300_000;

/** A script of the build and all that it imports at once, by their paths below `assets`. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const text = readFileSync(join(BUILT, 'assets', name), 'utf8');
  for (const [, imported = ''] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    withImports(imported, found);
  return found;
}

test('the script that comes before the map stays small, and the map is not part of it', () => {
  const [, entry = ''] =
    /src="\/assets\/([^"]+\.js)"/.exec(readFileSync(join(BUILT, 'index.html'), 'utf8')) ?? [];
  const scripts = [...withImports(entry)].map((name) => readFileSync(join(BUILT, 'assets', name)));
  const sizes = scripts.map((script) => gzipSync(script).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(SCRIPT_LIMIT);
  expect(scripts.some((script) => script.includes('WebGLRenderer'))).toBe(false);
});

test('every script and style sheet has compressed twins that hold the same', () => {
  const names = readdirSync(join(BUILT, 'assets')).filter((name) => /\.(?:js|css)$/.test(name));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const read = (ending = '') => readFileSync(join(BUILT, 'assets', name + ending));
    expect(brotliDecompressSync(read('.br')).equals(read()), name).toBe(true);
    expect(gunzipSync(read('.gz')).equals(read()), name).toBe(true);
  }
});
