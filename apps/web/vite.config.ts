import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
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
