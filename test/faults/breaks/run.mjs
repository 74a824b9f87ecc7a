/**
 * `node test/faults/breaks/run.mjs [PART OF A NAME]`: applies the breaks of list.mjs one by one in a copy of the
 * tree, and runs the kill loop until it finds the break. Prints a table; exits with 1 if a break was not found
 * within KILLS kills.
 */
import { setupOrExit } from '../../../build/setup.mjs';
import { copyTree } from '../../mutations/copied-tree.mjs';
import { BREAKS } from './list.mjs';

/** Number of kills after which a break counts as not found. */
const KILLS = '80';
const SEED = '1';

await setupOrExit({ headless: true });
const breaks = BREAKS.filter(({ name }) => name.includes(process.argv[2] ?? ''));
const copy = await copyTree({ LETTERHEAD_FAULTS_KILLS: KILLS, LETTERHEAD_FAULTS_SEED: SEED });

/** Runs the kill loop. Returns, as text, which kill found the break and its first complaint, or what happened else. */
function find() {
  if (copy.run('electron-vite/bin/electron-vite.js', ['build']).status !== 0) {
    return 'does not build';
  }
  const args = ['run', '--project', 'faults', 'test/faults/kill-loop'];
  const { status, text } = copy.run('vitest/vitest.mjs', args);
  const [, kill, complaint] = /Seed \d+, kill (\d+):\n- (.*)/.exec(text) ?? [];
  if (kill) return `at kill ${kill}: ${complaint.slice(0, 120)}`;
  return status === 0 ? 'NOT FOUND' : `failed differently: ${/Error: .*/.exec(text)?.[0] ?? '?'}`;
}

const rows = [];
try {
  for (const change of breaks) {
    const found = copy.withChange(change, find);
    rows.push(`| ${change.name} | ${found.replaceAll('|', '\\|')} |`);
    console.log(rows.at(-1));
  }
} finally {
  await copy.remove();
}
console.log(['', '| break | found |', '| --- | --- |', ...rows].join('\n'));
process.exit(rows.every((row) => row.includes('at kill')) ? 0 : 1);
