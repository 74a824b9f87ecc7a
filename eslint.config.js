/**
 * Lint rules. Besides the usual ones they hold up the house: imports point one way
 * (renderer → shared ← main, preload → shared), and the dangerous modules have one importer each.
 */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Modules that only one folder may import, with the message shown when another one does. */
const KEYTAR = { name: 'keytar', message: 'Only src/main/keychain/ talks to keytar.' };
const SQLITE = {
  name: '@photostructure/sqlite',
  message: 'Only src/main/database/ talks to the database.',
};
const IPC_MAIN = {
  name: 'electron',
  importNames: ['ipcMain'],
  message: 'Only src/main/ipc/ (the gate) listens to the window.',
};
const IPC_RENDERER = {
  name: 'electron',
  importNames: ['ipcRenderer', 'contextBridge'],
  message: 'Only src/preload/ talks to ipcRenderer.',
};
const ELECTRON = { name: 'electron', message: 'This module must not import Electron.' };

const outside = (folders, message) => ({
  // A file of shared/ may have the name of a folder: every folder may import it.
  group: [...folders.flatMap((folder) => [`**/${folder}`, `**/${folder}/**`]), '!**/shared/*'],
  message,
});
const NODE = {
  group: ['node:*', 'fs', 'path', 'os'],
  message: 'This module must not import Node.',
};

const restrict = (files, { paths = [], patterns = [], ignores = [] }) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { paths, patterns }] },
});

const FEATURES = [
  'organizations',
  'profiles',
  'sign-ins',
  'settings',
  'bulk',
  'csv',
  'support',
  'reset',
  'updates',
];

const SERVICES = ['ipc', 'desktop', 'sync', 'cloudflare', 'rate-limit', 'keychain', 'database'];

export default ts.config(
  {
    ignores: [
      'out/',
      'dist/',
      'demo/',
      '/pictures/',
      'coverage/',
      'test-results/',
      'playwright-report/',
      'src/shared/messages/compiled/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['build/**', 'test/standin/cli.mjs', 'test/**/*.mjs'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    // What a person with only a keyboard does is done with the keys of test/e2e/support/keyboard.ts.
    files: ['test/e2e/keyboard/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.property.name=/^(click|dblclick|check|uncheck|setChecked|fill|focus|hover|tap|selectOption|dragTo|dispatchEvent)$/]',
          message: 'There is only a keyboard here: use its keys.',
        },
        {
          selector:
            'CallExpression[callee.property.name=/^(press|type|pressSequentially)$/]:not([callee.object.name="keys"])',
          message: 'Playwright moves the focus by itself here; the keyboard does not.',
        },
      ],
    },
  },
  { files: ['src/renderer/**'], languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['src/shared/**', 'src/renderer/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'NewExpression[callee.object.name="Intl"]:matches([arguments.length=0], [arguments.0.name="undefined"])',
          message: "Without a language it takes the computer's, not the app's: see locale.ts.",
        },
      ],
    },
  },

  restrict(['src/shared/**'], {
    paths: [ELECTRON, KEYTAR, SQLITE, { name: 'svelte', message: 'shared/ must not know Svelte.' }],
    patterns: [NODE, outside(['main', 'preload', 'renderer'], 'shared/ imports no other folder.')],
  }),
  restrict(['src/renderer/**'], {
    paths: [ELECTRON, KEYTAR, SQLITE],
    patterns: [NODE, outside(['main', 'preload'], 'The window knows main only by the contract.')],
  }),
  restrict(['src/preload/**'], {
    paths: [KEYTAR, SQLITE],
    patterns: [NODE, outside(['main', 'renderer'], 'The preload imports only shared/.')],
  }),
  restrict(['src/main/**'], {
    ignores: ['src/main/ipc/**', 'src/main/keychain/**', 'src/main/database/**'],
    paths: [KEYTAR, SQLITE, IPC_MAIN, IPC_RENDERER],
    patterns: [outside(['renderer', 'preload'], 'main/ knows the window only by the contract.')],
  }),
  restrict(['src/main/lib/**'], {
    paths: [ELECTRON, KEYTAR, SQLITE],
    patterns: [
      outside(['renderer', 'preload', 'shared', ...SERVICES, ...FEATURES], 'No domain here.'),
    ],
  }),
  restrict(['src/main/rate-limit/**'], {
    paths: [ELECTRON, KEYTAR, SQLITE],
    patterns: [
      outside(
        [
          'renderer',
          'preload',
          ...SERVICES.filter((name) => name !== 'rate-limit' && name !== 'database'),
          ...FEATURES,
        ],
        'The rate limit knows only what it stores.',
      ),
    ],
  }),
  restrict(['src/main/{background-check,cloudflare,sync}/**'], {
    ignores: ['src/main/cloudflare/electron-fetch.ts'],
    paths: [ELECTRON, KEYTAR, SQLITE],
    patterns: [
      outside(
        ['renderer', 'preload', 'ipc', 'desktop', ...FEATURES],
        'Features use this folder, not the other way round.',
      ),
    ],
  }),
  restrict(['src/main/ipc/**'], {
    paths: [KEYTAR, SQLITE, IPC_RENDERER],
    patterns: [outside(['renderer', 'preload', ...FEATURES], 'The gate knows no feature.')],
  }),
  restrict(['src/main/keychain/**'], {
    ignores: ['src/main/keychain/spawn-helper.ts'],
    paths: [SQLITE, ELECTRON],
    patterns: [outside(['renderer', 'preload', 'ipc', 'desktop', 'sync', ...FEATURES], 'One way.')],
  }),
  restrict(['src/main/database/**'], {
    paths: [KEYTAR, ELECTRON],
    patterns: [
      outside(
        ['renderer', 'preload', 'ipc', 'desktop', 'sync', 'cloudflare', ...FEATURES],
        'One way.',
      ),
    ],
  }),
);
