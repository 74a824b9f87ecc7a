/**
 * `node test/faults/breaks/run.mjs [PART OF A NAME]`: applies the breaks of list.mjs one by one in a copy of the
 * tree, and runs the kill loop until it finds the break. Prints a table; exits with 1 if a break was not found
 * within KILLS kills. The working files are never touched.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../../../build/folders.mjs';
import { setupOrExit } from '../../../build/setup.mjs';
import { startSession } from '../../../build/session.mjs';
import { BREAKS } from './list.mjs';

/** Number of kills after which a break counts as not found. */
const KILLS = '80';
const SEED = '1';

await setupOrExit({ headless: true });
const breaks = BREAKS.filter(({ name }) => name.includes(process.argv[2] ?? ''));
const copy = mkdtempSync(join(tmpdir(), 'letterhead-breaks-'));
const skipped = /^(node_modules|out|dist|demo|\.git|test-results|coverage)(\/|$)/;
cpSync(root, copy, { recursive: true, filter: (path) => !skipped.test(relative(root, path)) });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
const session = await startSession();
const env = {
  ...session.env,
  NO_COLOR: '1',
  LETTERHEAD_FAULTS_KILLS: KILLS,
  LETTERHEAD_FAULTS_SEED: SEED,
};

/** Runs a program of node_modules in the copy; returns its exit code and output. */
function run(path, args) {
  const options = { cwd: copy, env, encoding: 'utf8', maxBuffer: 64_000_000 };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(copy, 'node_modules', path), ...args],
    options,
  );
  return { status, text: `${stdout}${stderr}` };
}

/** Runs the kill loop. Returns, as text, which kill found the break and its first complaint, or what happened else. */
function find() {
  if (run('electron-vite/bin/electron-vite.js', ['build']).status !== 0) return 'does not build';
  const args = ['run', '--project', 'faults', 'test/faults/kill-loop'];
  const { status, text } = run('vitest/vitest.mjs', args);
  const [, kill, complaint] = /Seed \d+, kill (\d+):\n- (.*)/.exec(text) ?? [];
  if (kill) return `at kill ${kill}: ${complaint.slice(0, 120)}`;
  return status === 0 ? 'NOT FOUND' : `failed differently: ${/Error: .*/.exec(text)?.[0] ?? '?'}`;
}

const rows = [];
try {
  execFileSync(process.execPath, ['build/steps.mjs', 'messages'], { cwd: copy, env });
  for (const { name, file, text, to } of breaks) {
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      before.replace(text, () => to),
    );
    const found = find();
    writeFileSync(path, before);
    rows.push(`| ${name} | ${found.replaceAll('|', '\\|')} |`);
    console.log(rows.at(-1));
  }
} finally {
  await session.stop();
  rmSync(copy, { recursive: true, force: true });
}
console.log(['', '| break | found |', '| --- | --- |', ...rows].join('\n'));
process.exit(rows.every((row) => row.includes('at kill')) ? 0 : 1);
