/**
 * Lint rules. Besides the usual ones they enforce the layers: imports point one way (renderer → shared ← main,
 * preload → shared), and only one folder imports each dangerous module.
 */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Modules that only one folder may import, with the message for violations. */
const KEYTAR = { name: 'keytar', message: 'Only src/main/keychain/ may import keytar.' };
const SQLITE = {
  name: '@photostructure/sqlite',
  message: 'Only src/main/database/ may import SQLite.',
};
const IPC_MAIN = {
  name: 'electron',
  importNames: ['ipcMain'],
  message: 'Only src/main/ipc/ (the gate) may use ipcMain.',
};
const IPC_RENDERER = {
  name: 'electron',
  importNames: ['ipcRenderer', 'contextBridge'],
  message: 'Only src/preload/ may use ipcRenderer.',
};
const ELECTRON = { name: 'electron', message: 'This module must not import Electron.' };

const forbid = (folders, message) => ({
  // Files of shared/ may have the same name as a folder of main; every folder may import them.
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
    // Keyboard tests press only the keys of test/e2e/support/keyboard.ts.
    files: ['test/e2e/keyboard/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.property.name=/^(click|dblclick|check|uncheck|setChecked|fill|focus|hover|tap|selectOption|dragTo|dispatchEvent)$/]',
          message: 'Keyboard tests have no mouse: use keys.',
        },
        {
          selector:
            'CallExpression[callee.property.name=/^(press|type|pressSequentially)$/]:not([callee.object.name="keys"])',
          message: 'Playwright moves the focus automatically here; a keyboard does not.',
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
            'NewExpression[callee.object.name="Intl"]:matches([arguments.length=0], [arguments.0.type="Identifier"][arguments.0.name="undefined"])',
          message:
            "Without a language, Intl uses the computer's instead of the app's: see locale.ts.",
        },
      ],
    },
  },

  restrict(['src/shared/**'], {
    paths: [
      ELECTRON,
      KEYTAR,
      SQLITE,
      { name: 'svelte', message: 'shared/ must not import Svelte.' },
    ],
    patterns: [NODE, forbid(['main', 'preload', 'renderer'], 'shared/ imports no other folder.')],
  }),
  restrict(['src/renderer/**'], {
    paths: [ELECTRON, KEYTAR, SQLITE],
    patterns: [
      NODE,
      forbid(['main', 'preload'], 'The window reaches main only through the contract.'),
    ],
  }),
  restrict(['src/preload/**'], {
    paths: [KEYTAR, SQLITE],
    patterns: [NODE, forbid(['main', 'renderer'], 'The preload imports only shared/.')],
  }),
  restrict(['src/main/**'], {
    ignores: ['src/main/ipc/**', 'src/main/keychain/**', 'src/main/database/**'],
    paths: [KEYTAR, SQLITE, IPC_MAIN, IPC_RENDERER],
    patterns: [
      forbid(['renderer', 'preload'], 'main/ reaches the window only through the contract.'),
    ],
  }),
  restrict(['src/main/lib/**'], {
    paths: [ELECTRON, KEYTAR, SQLITE],
    patterns: [
      forbid(
        ['renderer', 'preload', 'shared', ...SERVICES, ...FEATURES],
        'lib/ contains no domain code.',
      ),
    ],
  }),
  restrict(['src/main/rate-limit/**'], {
    paths: [ELECTRON, KEYTAR, SQLITE],
    patterns: [
      forbid(
        [
          'renderer',
          'preload',
          ...SERVICES.filter((name) => name !== 'rate-limit' && name !== 'database'),
          ...FEATURES,
        ],
        'rate-limit/ may only import database/ and lib/.',
      ),
    ],
  }),
  restrict(['src/main/{background-check,cloudflare,sync}/**'], {
    ignores: ['src/main/cloudflare/electron-fetch.ts'],
    paths: [ELECTRON, KEYTAR, SQLITE],
    patterns: [
      forbid(
        ['renderer', 'preload', 'ipc', 'desktop', ...FEATURES],
        'Features import this folder, not the other way round.',
      ),
    ],
  }),
  restrict(['src/main/ipc/**'], {
    paths: [KEYTAR, SQLITE, IPC_RENDERER],
    patterns: [forbid(['renderer', 'preload', ...FEATURES], 'The gate must not import features.')],
  }),
  restrict(['src/main/keychain/**'], {
    ignores: ['src/main/keychain/spawn-helper.ts'],
    paths: [SQLITE, ELECTRON],
    patterns: [
      forbid(
        ['renderer', 'preload', 'ipc', 'desktop', 'sync', ...FEATURES],
        'keychain/ is a lower layer.',
      ),
    ],
  }),
  restrict(['src/main/database/**'], {
    paths: [KEYTAR, ELECTRON],
    patterns: [
      forbid(
        ['renderer', 'preload', 'ipc', 'desktop', 'sync', 'cloudflare', ...FEATURES],
        'database/ is a lower layer.',
      ),
    ],
  }),
);
