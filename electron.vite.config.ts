/**
 * Builds the three parts of the app: main (ES modules), preload (one CommonJS file, because a sandboxed
 * preload cannot import) and renderer (Svelte). The targets fit the oldest Electron that development runs on
 * (33: Node 20.18, Chromium 130); the output also runs on 45.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';
import { helpPages } from './build/help/plugin';
import { splitMessages } from './build/split-messages';
import { namesOf } from './src/shared/contract/bridge';
import { calls, events } from './src/shared/contract/index';

const at = (path: string) => resolve(import.meta.dirname, path);
const messages = () => splitMessages(at('src/shared/messages/compiled'));

/** Keytar looks for its native module beside itself. Everything else in main is bundled, which starts faster. */
const external = ['electron', 'keytar', /^node:/];

export default defineConfig({
  main: {
    plugins: [messages(), helpPages({ root: at('.'), folder: at('out/help') })],
    resolve: {
      alias: {
        '@photostructure/sqlite': at('src/main/database/sqlite-addon.ts'),
        'lodash.isequal': at('src/main/updates/is-equal.cjs'),
      },
    },
    build: {
      target: 'node20.18',
      externalizeDeps: false,
      rolldownOptions: {
        external,
        input: {
          index: at('src/main/index.ts'),
          'keychain-helper': at('src/main/keychain/helper.ts'),
          'file-parser': at('src/main/csv/parser-process.ts'),
        },
        output: {
          format: 'es',
          // A single dash outside of Latin-1 makes V8 keep the source of a whole chunk in two bytes per character.
          charset: 'ascii',
          entryFileNames: '[name].js',
          // V8 parses every character before the first line runs. Function and class names are kept for
          // the log.
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
    plugins: [messages(), svelte({ configFile: at('svelte.config.js') })],
    // A field that the constructor sets need not be declared in the page's script, too.
    oxc: { typescript: { removeClassFieldsWithoutInitializer: true } },
    build: {
      target: 'chrome130',
      minify: true,
      modulePreload: { polyfill: false },
      // One style sheet: a second one would be too late for the first paint, or delay it.
      cssCodeSplit: false,
      // Loaded from disk with V8's code cache (docs/performance.md): a web page would split more.
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: { input: at('src/renderer/index.html') },
    },
  },
});
