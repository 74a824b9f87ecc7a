/**
 * How the three parts of the app are built: main (ES modules), preload (one CommonJS file, because a
 * sandboxed preload cannot import), renderer (Svelte). Targets are set for the oldest Electron the
 * app runs on in development (33: Node 20.18, Chromium 130), so the same output also runs on 45.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';
import { namesOf } from './src/shared/contract/bridge';
import { calls, events } from './src/shared/contract/index';

const at = (path: string) => resolve(import.meta.dirname, path);

/** Native modules stay outside the bundle; everything else of main is bundled, which starts faster. */
const native = ['electron', 'keytar', '@photostructure/sqlite', /^node:/];

export default defineConfig({
  main: {
    build: {
      target: 'node20.18',
      externalizeDeps: false,
      rolldownOptions: {
        external: native,
        input: {
          index: at('src/main/index.ts'),
          'keychain-helper': at('src/main/keychain/helper.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          // V8 reads every character before the first line runs. Names of functions and classes stay: the
          // log shows them.
          minify: {
            compress: true,
            mangle: { toplevel: true, keepNames: { function: true, class: true } },
            codegen: { removeWhitespace: true },
          },
        },
      },
    },
  },
  preload: {
    define: { DECLARED_NAMES: JSON.stringify(namesOf({ calls, events })) },
    build: {
      target: 'node20.18',
      externalizeDeps: false,
      rolldownOptions: {
        external: ['electron'],
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [svelte({ configFile: at('svelte.config.js') })],
    build: {
      target: 'chrome130',
      minify: true,
      modulePreload: { polyfill: false },
      // One style sheet: a second one would come too late for the first paint, or too early.
      cssCodeSplit: false,
      // Read from the disk with its compiled code (docs/performance.md): a page on the web would split more.
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: { input: at('src/renderer/index.html') },
    },
  },
});
