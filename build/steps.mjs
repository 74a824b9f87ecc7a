/**
 * The steps that several commands share. Each is a list of programs from node_modules, run one after the
 * other until one fails. `npm run build`, `npm run lint` and `npm run format` run
 * one; `npm test` runs all that change no file.
 *
 *   node build/steps.mjs NAME
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calledDirectly, root } from './folders.mjs';
import { onNode24 } from './node-24.mjs';
import { runInSession } from './session.mjs';

/** The command that runs a program of a package, without npm in between and on every system alike. */
function program(packageName, ...args) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // A package with several programs has one of its own name, or its main one first (typescript: tsc).
  const file =
    typeof bin === 'string' ? bin : (bin[packageName.split('/').at(-1)] ?? Object.values(bin)[0]);
  return [process.execPath, join(folder, file), ...args];
}

/** Where the compiled messages are. */
const COMPILED = './src/shared/messages/compiled';

/** Turns src/shared/messages/*.json into functions. Everything that imports a message needs them. */
const messages = () => [
  program(
    '@inlang/paraglide-js',
    'compile',
    '--project',
    './project.inlang',
    '--outdir',
    COMPILED,
    '--strategy',
    'globalVariable',
    'baseLocale',
    '--output-structure',
    'locale-modules',
    '--disable-async-local-storage',
    '--no-emit-readme',
    '--silent',
  ),
  // The types of the functions, in a fifth of the time that Paraglide takes for them with TypeScript 6.
  program(
    'typescript-7',
    ...['messages', 'runtime', 'registry'].map((name) => `${COMPILED}/${name}.js`),
    '--outDir',
    COMPILED,
    ...['--declaration', '--emitDeclarationOnly', '--allowJs', '--skipLibCheck', '--ignoreConfig'],
    ...['--target', 'ESNext', '--module', 'ESNext', '--moduleResolution', 'bundler'],
    ...['--types', '', '--singleThreaded'],
  ),
];

/** The steps that compile the messages first. */
const WITH_MESSAGES = ['messages', 'build', 'types'];
let compiled;

const STEPS = {
  messages: () => [],
  build: () => [program('electron-vite', 'build')],
  // TypeScript 7 is native code: it takes a fifth of the time. svelte-check and ESLint need the library of 6.
  // Several of its threads check the same declarations again: they cost more than they save beside other steps.
  types: () => [
    program('typescript-7', '-p', 'tsconfig.json', '--singleThreaded'),
    // The app also compiles against the older Electron that development may run on.
    program('typescript-7', '-p', 'tsconfig.electron33.json', '--singleThreaded'),
    program('typescript-7', '-p', 'tsconfig.test.json', '--singleThreaded'),
    program('svelte-check', '--tsconfig', 'tsconfig.renderer.json', '--fail-on-warnings'),
  ],
  lint: () => [
    program('eslint', '.', '--max-warnings', '0'),
    // Layers and cycles; then files, exports and dependencies that nothing uses.
    program('dependency-cruiser', '--config', '.dependency-cruiser.mjs', 'src'),
    program('knip'),
  ],
  format: () => [program('prettier', '--check', '.')],
  reformat: () => [program('prettier', '--write', '.')],
};

/**
 * Runs a step in the repository's folder. One process compiles the messages only once: other steps that run
 * beside this one may be reading them.
 * @param {'messages' | 'build' | 'types' | 'lint' | 'format' | 'reformat'} name
 * @param {{ env?: Record<string, string | undefined>, output?: number }} [options] `output`: see runInSession
 * @returns {Promise<number>} the exit code of the program that failed, or 0
 */
export async function runStep(name, { env = process.env, output } = {}) {
  if (WITH_MESSAGES.includes(name)) {
    compiled ??= runAll(messages(), { env, output });
    const code = await compiled;
    if (code !== 0) return code;
  }
  return runAll(STEPS[name](), { env, output });
}

/** Runs commands until one fails, and resolves with its exit code, or 0. */
async function runAll(commands, options) {
  for (const command of commands) {
    const code = await runInSession(command, options);
    if (code !== 0) return code;
  }
  return 0;
}

/**
 * Runs a step; the process ends with its exit code if it fails.
 * @param {Parameters<typeof runStep>[0]} name
 */
export async function runStepOrExit(name) {
  const code = await runStep(name);
  if (code === 0) return;
  console.error(`"node build/steps.mjs ${name}" failed.`);
  process.exit(code);
}

if (calledDirectly(import.meta.url)) {
  await onNode24();
  const [name = ''] = process.argv.slice(2);
  if (!(name in STEPS)) {
    console.error(`Usage: node build/steps.mjs ${Object.keys(STEPS).join(' | ')}`);
    process.exit(2);
  }
  process.exitCode = await runStep(name);
}
