/**
 * `npm test`: from a bare clone, everything that shows the app is right. It prepares the machine, runs
 * every step even when one fails, and ends with one plain line, `N passed, N failed`.
 *
 *   node build/test.mjs               all of it
 *   node build/test.mjs unit [ARGS]   unit and component tests; ARGS go to vitest
 *   node build/test.mjs e2e [ARGS]    end-to-end tests, after a build; ARGS go to Playwright
 *
 * Tests always run in a session of their own (build/session.mjs): a developer's screen and keyring
 * are never touched.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './folders.mjs';
import { npmRun } from './launch.mjs';
import { setupOrExit } from './setup.mjs';
import { runInSession, startSession } from './session.mjs';

const [part = 'all', ...args] = process.argv.slice(2);
if (!['all', 'unit', 'e2e'].includes(part)) {
  console.error('Usage: node build/test.mjs [unit|e2e] [ARGUMENTS]');
  process.exit(2);
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => (interrupted = true));

await setupOrExit({ headless: true });

const reports = mkdtempSync(join(tmpdir(), 'letterhead-reports-'));
const session = await startSession();
const results = [];

/** Runs one step under its heading and notes how many passed and failed. */
async function step(title, run) {
  if (interrupted) return null;
  console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 70 - title.length))}\n`);
  const started = Date.now();
  const result = await run();
  results.push({ title, ...result, seconds: (Date.now() - started) / 1000 });
  return result;
}

/** A step that is one check: a script of package.json. */
const check = (title, script) =>
  step(title, async () => {
    const code = await npmRun(script, { env: process.env });
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  });

/**
 * The sum of a test run. A run that failed without a failed test (a file that could not be read, no
 * test at all) counts as one failure; so does each skipped test, since a test is never switched off.
 */
function sum(code, report, { passed, failed, skipped }) {
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  const result = counts
    ? { passed: passed(counts), failed: failed(counts) + skipped(counts) }
    : { passed: 0, failed: 0 };
  const wrong = code !== 0 || result.passed === 0;
  return wrong && result.failed === 0 ? { ...result, failed: 1 } : result;
}

const bin = (...path) => join(root, 'node_modules', ...path);

/** A filter on the command line leaves the other tests out; only then is that no failure. */
const countSkipped = args.length === 0;

async function vitest() {
  const report = join(reports, 'vitest.json');
  const command = [process.execPath, bin('vitest', 'vitest.mjs'), 'run'];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runInSession([...command, ...reporters, ...args], { env: session.env });
  return sum(code, report, {
    passed: (counts) => counts.numPassedTests,
    failed: (counts) => counts.numFailedTests,
    skipped: (counts) => (countSkipped ? counts.numPendingTests + counts.numTodoTests : 0),
  });
}

async function playwright() {
  const report = join(reports, 'playwright.json');
  const command = [process.execPath, bin('@playwright', 'test', 'cli.js'), 'test'];
  const code = await runInSession([...command, '--reporter=list,json', ...args], {
    env: { ...session.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  return sum(code, report, {
    passed: ({ stats }) => stats.expected,
    failed: ({ stats }) => stats.unexpected + stats.flaky,
    skipped: ({ stats }) => stats.skipped,
  });
}

try {
  if (part === 'all') {
    await check('Types', 'types');
    await check('Lint', 'lint');
    await check('Format', 'format:check');
  }
  if (part === 'unit') await npmRun('messages', { env: process.env });
  if (part !== 'e2e') await step('Unit and component tests', vitest);
  if (part !== 'unit') {
    const built = await check('Build', 'build');
    await step('End-to-end tests', async () => {
      if (built?.failed === 0) return playwright();
      console.log('Not run, because there is no build to test.');
      return { passed: 0, failed: 1 };
    });
  }
} finally {
  await session.stop();
  rmSync(reports, { recursive: true, force: true });
}

const total = { passed: 0, failed: 0 };
console.log('');
for (const { title, passed, failed, seconds } of results) {
  total.passed += passed;
  total.failed += failed;
  console.log(`${title.padEnd(26)} ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`);
}
if (interrupted) console.log('Interrupted: not everything was run.');
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = interrupted || total.failed > 0 || total.passed === 0 ? 1 : 0;
