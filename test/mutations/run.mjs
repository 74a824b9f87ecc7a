/**
 * `npm run test:mutations [-- PART OF A FILE NAME]`: takes away, one by one, the lines that keep the app
 * closed (list.mjs), in a copy of the tree, and runs the test that must notice. It ends with a table, and
 * with 1 when a line could be taken away unseen. The working files are never touched.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../../build/folders.mjs';
import { setupOrExit } from '../../build/setup.mjs';
import { startSession } from '../../build/session.mjs';
import { MUTATIONS } from './list.mjs';

/** Longest time for one test, ms: a mutant that hangs is noticed, too. */
const LIMIT_MS = 300_000;

await setupOrExit({ headless: true });
const wanted = MUTATIONS.filter(({ file, test }) =>
  `${file} ${test}`.includes(process.argv[2] ?? ''),
);
const copy = mkdtempSync(join(tmpdir(), 'letterhead-mutations-'));
const left = /^(node_modules|out|dist|demo|\.git|test-results|coverage)(\/|$)/;
cpSync(root, copy, { recursive: true, filter: (path) => !left.test(relative(root, path)) });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
const session = await startSession();

/** Runs a program of node_modules in the copy; gives its exit code and what it printed. */
function run(path, args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(copy, 'node_modules', path), ...args],
    { cwd: copy, env: session.env, encoding: 'utf8', timeout: LIMIT_MS, killSignal: 'SIGKILL' },
  );
  return { status, text: `${stdout}${stderr}` };
}

/** Runs one test file; how many of its tests failed, or null when it did not get that far. */
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

const rows = [];
try {
  execFileSync(process.execPath, ['build/steps.mjs', 'messages'], { cwd: copy, env: session.env });
  const colourless = { NO_COLOR: '1', FORCE_COLOR: '0' };
  Object.assign(session.env, colourless);
  for (const test of new Set(wanted.map((mutation) => mutation.test))) {
    if (failures(test) !== 0) throw new Error(`${test} is not green to begin with.`);
    console.log(`green: ${test}`);
  }
  for (const { point, file, text, to, test } of wanted) {
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      before.replace(text, () => to),
    );
    const failed = failures(test);
    writeFileSync(path, before);
    const seen = failed === null ? 'does not run' : failed > 0 ? 'red' : 'NOT SEEN';
    const what = text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
    rows.push({ seen, line: `| ${point} | ${file} | \`${what}\` | ${test} | ${seen} |` });
    console.log(rows.at(-1).line);
  }
} finally {
  await session.stop();
  rmSync(copy, { recursive: true, force: true });
}

const unseen = rows.filter(({ seen }) => seen !== 'red').length;
console.log(`\n${rows.length - unseen} of ${rows.length} lines were seen to be gone by their test`);
process.exitCode = unseen === 0 && rows.length > 0 ? 0 : 1;
