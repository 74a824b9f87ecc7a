/**
 * `npm test -- mutations [PART OF A FILE NAME]`: removes or weakens the lines of list.mjs one by one in a copy of
 * the tree, and runs the test that must fail. Prints a table; exits with 1 if a test still passes or does not run.
 * The working files are never touched.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../../build/folders.mjs';
import { setupOrExit } from '../../build/setup.mjs';
import { startSession } from '../../build/session.mjs';
import { MUTATIONS } from './list.mjs';

/** Time limit of one test run, in ms, in case a mutation makes the test hang. */
const LIMIT_MS = 300_000;

await setupOrExit({ headless: true });
const mutations = MUTATIONS.filter(({ file, test }) =>
  `${file} ${test}`.includes(process.argv[2] ?? ''),
);
const copy = mkdtempSync(join(tmpdir(), 'letterhead-mutations-'));
const excluded = /^(node_modules|out|dist|demo|\.git|test-results|coverage)(\/|$)/;
cpSync(root, copy, { recursive: true, filter: (path) => !excluded.test(relative(root, path)) });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
const session = await startSession();

/** Runs a program of node_modules in the copy; returns its exit code and output. */
function run(path, args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(copy, 'node_modules', path), ...args],
    { cwd: copy, env: session.env, encoding: 'utf8', timeout: LIMIT_MS, killSignal: 'SIGKILL' },
  );
  return { status, text: `${stdout}${stderr}` };
}

/** Runs a test file and returns the number of failed tests, or null if no test ran. */
function failures(test) {
  if (test.endsWith('.test.ts')) {
    const { text } = run('vitest/vitest.mjs', ['run', '--project', 'unit', '--bail=1', test]);
    if (!/Tests\s/.test(text)) return null;
    return Number(/Tests\s.*?(\d+) failed/.exec(text)?.[1] ?? 0);
  }
  const built = run('electron-vite/bin/electron-vite.js', ['build']);
  if (built.status !== 0) return null;
  const { text } = run('@playwright/test/cli.js', [
    'test',
    '--max-failures=1',
    '--workers=1',
    test,
  ]);
  if (!/\d+ (passed|failed)/.test(text)) return null;
  return Number(/(\d+) failed/.exec(text)?.[1] ?? 0);
}

const results = [];
try {
  execFileSync(process.execPath, ['build/steps.mjs', 'messages'], { cwd: copy, env: session.env });
  Object.assign(session.env, { NO_COLOR: '1', FORCE_COLOR: '0' });
  for (const test of new Set(mutations.map((mutation) => mutation.test))) {
    if (failures(test) !== 0) throw new Error(`${test} fails without any mutation.`);
    console.log(`passes: ${test}`);
  }
  for (const { point, file, text, to, test } of mutations) {
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      before.replace(text, () => to),
    );
    const failed = failures(test);
    writeFileSync(path, before);
    const result = failed === null ? 'does not run' : failed > 0 ? 'fails' : 'NOT NOTICED';
    const line = text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
    results.push(result);
    console.log(`| ${point} | ${file} | \`${line}\` | ${test} | ${result} |`);
  }
} finally {
  await session.stop();
  rmSync(copy, { recursive: true, force: true });
}

const missed = results.filter((result) => result !== 'fails').length;
console.log(`\n${results.length - missed} of ${results.length} mutations made their test fail`);
process.exitCode = missed === 0 && results.length > 0 ? 0 : 1;
