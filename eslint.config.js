/** Lint rules for the text of a file. What may import what is in .dependency-cruiser.mjs. */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Named imports of Electron that only one folder may use. Whole modules are in .dependency-cruiser.mjs. */
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

const restrictNames = (files, paths, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { paths }] },
});

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
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    // The type checks find what is unused in these (noUnusedLocals and noUnusedParameters). It is the slowest rule.
    files: ['**/*.ts'],
    rules: { '@typescript-eslint/no-unused-vars': 'off' },
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

  restrictNames(['src/main/**'], [IPC_MAIN, IPC_RENDERER], ['src/main/ipc/**']),
  restrictNames(['src/main/ipc/**'], [IPC_RENDERER]),
  restrictNames(['src/preload/**'], [IPC_MAIN]),
);
