/**
 * `npm test -- mutations [PART OF A FILE NAME]`: applies the mutations of list.mjs one by one in a copy of the tree,
 * and runs the test that must fail. Prints a table; exits with 1 if a test still passes or does not run.
 */
import { setupOrExit } from '../../build/setup.mjs';
import { copyTree } from './copied-tree.mjs';
import { MUTATIONS } from './list.mjs';
import { describeChange } from './mutate.mjs';

/** Time limit of one test run, in ms, in case a mutation makes the test hang. */
const LIMIT_MS = 300_000;

await setupOrExit({ headless: true });
const mutations = MUTATIONS.filter(({ file, test }) =>
  `${file} ${test}`.includes(process.argv[2] ?? ''),
);
const copy = await copyTree();

const isUnitTest = (test) => test.endsWith('.test.ts');

/** Runs test files of one kind. Returns the number of failed tests, or null if none ran. */
function failures(...tests) {
  if (tests.every(isUnitTest)) {
    const projects = ['unit', 'unit-isolated', 'component'].flatMap((name) => ['--project', name]);
    const args = ['run', ...projects, '--bail=1', ...tests];
    const { text } = copy.run('vitest/vitest.mjs', args, LIMIT_MS);
    if (!/Tests\s/.test(text)) return null;
    return Number(/Tests\s.*?(\d+) failed/.exec(text)?.[1] ?? 0);
  }
  const built = copy.run('electron-vite/bin/electron-vite.js', ['build'], LIMIT_MS);
  if (built.status !== 0) return null;
  const args = ['test', '--max-failures=1', '--workers=1', ...tests];
  const { text } = copy.run('@playwright/test/cli.js', args, LIMIT_MS);
  if (!/\d+ (passed|failed)/.test(text)) return null;
  return Number(/(\d+) failed/.exec(text)?.[1] ?? 0);
}

const results = [];
try {
  const tests = [...new Set(mutations.map(({ test }) => test))];
  for (const kind of [tests.filter(isUnitTest), tests.filter((test) => !isUnitTest(test))]) {
    if (kind.length > 0 && failures(...kind) !== 0) {
      throw new Error(`One of these fails without any mutation: ${kind.join(' ')}`);
    }
  }
  for (const mutation of mutations) {
    const { point, file, test } = mutation;
    const failed = copy.withChange(mutation, () => failures(test));
    const result = failed === null ? 'does not run' : failed > 0 ? 'fails' : 'NOT NOTICED';
    results.push(result);
    const change = describeChange(mutation).replaceAll('|', '\\|');
    console.log(`| ${point} | ${file} | ${change} | ${test} | ${result} |`);
  }
} finally {
  await copy.remove();
}

const missed = results.filter((result) => result !== 'fails').length;
console.log(`\n${results.length - missed} of ${results.length} mutations made their test fail`);
process.exitCode = missed === 0 && results.length > 0 ? 0 : 1;
