/** How `npm test` runs vitest and Playwright, and what it counts of them (build/test.mjs). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folders.mjs';
import { runInSession } from './session.mjs';
import { readPlaywright, readVitest } from './test-report.mjs';

const bin = (...path) => join(root, 'node_modules', ...path);

/** Puts no program in front of a command. */
const bare = (command) => command;

/**
 * The sum of a test run. A run that failed without a failed test (a file that could not be read, no
 * test at all) counts as one failure; so does each skipped test, since a test is never switched off.
 */
function sum(code, report, read, countSkipped) {
  const counts = existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : null;
  const left = countSkipped && counts ? counts.skipped : 0;
  const result = {
    passed: counts?.passed ?? 0,
    failed: (counts?.failed ?? 0) + left,
    failures: [...(counts?.failures ?? []), ...(left > 0 ? [`${left} skipped`] : [])],
  };
  const wrong = code !== 0 || result.passed === 0;
  return wrong && result.failed === 0 ? { ...result, failed: 1 } : result;
}

/**
 * The two runners.
 * @param {object} options
 * @param {Record<string, string>} options.env of the session (build/session.mjs); changes are seen
 * @param {string} options.reports an empty folder for what the runners count
 * @param {string[]} options.args from the command line, for the runner
 */
export function createRuns({ env, reports, args }) {
  // A filter on the command line leaves the other tests out; only then is that no failure.
  const countSkipped = args.length === 0;
  let begun = 0;
  /** A file of its own for each run: what another one counted must never be taken for this one's. */
  const newReport = () => join(reports, `${(begun += 1)}.json`);

  /**
   * Runs projects of vitest (vitest.config.ts).
   * @param {string[]} projects
   * @param {object} [options]
   * @param {string[]} [options.more] arguments
   * @param {(command: string[]) => string[]} [options.wrap] puts a program in front of it
   * @param {string} [options.node] the Node to run it with
   * @param {Record<string, string>} [options.variables] on top of the session's
   */
  async function vitest(
    projects,
    { more = [], wrap = bare, node = process.execPath, variables } = {},
  ) {
    const report = newReport();
    const command = [node, bin('vitest', 'vitest.mjs'), 'run'];
    for (const project of projects) command.push('--project', project);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await runInSession(wrap([...command, ...reporters, ...more, ...args]), {
      env: { ...env, ...variables },
    });
    return sum(code, report, readVitest, countSkipped);
  }

  /**
   * Runs a configuration of Playwright.
   * @param {object} [options]
   * @param {string} [options.config] path of the configuration; the repository's own when left out
   * @param {(command: string[]) => string[]} [options.wrap] puts a program in front of it
   * @param {Record<string, string>} [options.variables] on top of the session's
   */
  async function playwright({ config, wrap = bare, variables } = {}) {
    const report = newReport();
    const command = [process.execPath, bin('@playwright', 'test', 'cli.js'), 'test'];
    if (config) command.push('--config', config);
    const code = await runInSession(wrap([...command, '--reporter=list,json', ...args]), {
      env: { ...env, ...variables, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    });
    // Here a filter leaves tests out of the report: what is skipped in it says so itself.
    return sum(code, report, readPlaywright, true);
  }

  return { vitest, playwright };
}
