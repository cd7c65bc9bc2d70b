import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Files of these kinds grow smaller. */
const TEXTS = /\.(?:js|css|svg)$/;
const CODINGS = { br: promisify(brotliCompress), gz: promisify(gzip) };

/** Puts a compressed twin beside each text, so that the API compresses nothing while it serves. */
const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => TEXTS.test(file))) {
      const text = await readFile(join(dir, name));
      for (const [ending, compress] of Object.entries(CODINGS))
        await writeFile(join(dir, `${name}.${ending}`), await compress(text));
    }
  },
});

/** The letters that every text begins with: fetched beside the script, not after the style sheet. */
const lettersFirst = (): Plugin => ({
  name: 'letters-first',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {} }) {
      const letters = Object.keys(bundle).find((file) => /archivo-latin-wdth.*\.woff2$/.test(file));
      if (letters === undefined) throw new Error('The build has no letters.');
      const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${letters}` };
      return [{ tag: 'link', attrs, injectTo: 'head' }];
    },
  },
});

export default defineConfig({
  plugins: [react(), compressed(), lettersFirst()],
  build: {
    target: 'es2022',
    // index.html carries no script of its own, so that the page needs no exception from its policy
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // what a part of the page weighs is checked by test/weight.test.ts
    chunkSizeWarningLimit: 2_000,
    // the client opens files by their path in Node only
    rolldownOptions: { external: ['node:fs'] },
  },
  // `npx vite` in this folder: the page as it is edited, over a stack that runs
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
});
