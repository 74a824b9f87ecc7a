/** Runs vitest and Playwright for `npm test` (build/test.mjs) and counts their results. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folders.mjs';
import { runInSession } from './session.mjs';
import { readPlaywright, readVitest } from './test-report.mjs';

/** Leaves a command as it is. */
const unwrapped = (command) => command;

/**
 * The totals of a test run. A run that failed without a failed test (a file that did not load, no tests)
 * counts as one failure; so does each skipped test, because tests are never disabled.
 */
function sum(code, report, read, countSkipped) {
  const counts = existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : null;
  const skipped = countSkipped && counts ? counts.skipped : 0;
  const result = {
    passed: counts?.passed ?? 0,
    failed: (counts?.failed ?? 0) + skipped,
    failures: [...(counts?.failures ?? []), ...(skipped > 0 ? [`${skipped} skipped`] : [])],
  };
  const hasFailed = code !== 0 || result.passed === 0;
  return hasFailed && result.failed === 0 ? { ...result, failed: 1 } : result;
}

/**
 * The two runners.
 * @param {object} options
 * @param {string} [options.folder] the checkout, by default this one
 * @param {Record<string, string>} options.env the session's variables (build/session.mjs)
 * @param {(command: string[]) => string[]} [options.wrap] prepends a program to every command
 * @param {string} options.reports a folder for the runners' reports
 * @param {string[]} options.args from the command line, for the runner
 */
export function createRuns({ folder = root, env, wrap: wrapAll = unwrapped, reports, args }) {
  const bin = (...path) => join(folder, 'node_modules', ...path);
  // With a filter on the command line, skipped tests are expected.
  const countSkipped = args.length === 0;
  let runs = 0;
  /** A separate file for each run, so that results never mix. */
  const newReport = () => join(reports, `${(runs += 1)}.json`);

  /**
   * Runs projects of vitest (vitest.config.ts).
   * @param {string[]} projects
   * @param {object} [options]
   * @param {string[]} [options.more] arguments
   * @param {(command: string[]) => string[]} [options.wrap] prepends a program
   * @param {Record<string, string>} [options.variables] on top of the session's
   * @param {number} [options.output] see runInSession
   */
  async function vitest(projects, { more = [], wrap = unwrapped, variables, output } = {}) {
    const report = newReport();
    const command = [process.execPath, bin('vitest', 'vitest.mjs'), 'run'];
    for (const project of projects) command.push('--project', project);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await runInSession(wrapAll(wrap([...command, ...reporters, ...more, ...args])), {
      env: { ...env, ...variables },
      cwd: folder,
      output,
    });
    return sum(code, report, readVitest, countSkipped);
  }

  /**
   * Runs a configuration of Playwright.
   * @param {object} [options]
   * @param {string} [options.config] path of the configuration; default: the repository's own
   * @param {(command: string[]) => string[]} [options.wrap] prepends a program
   * @param {Record<string, string>} [options.variables] on top of the session's
   * @param {number} [options.output] see runInSession
   */
  async function playwright({ config, wrap = unwrapped, variables, output } = {}) {
    const report = newReport();
    const command = [process.execPath, bin('@playwright', 'test', 'cli.js'), 'test'];
    if (config) command.push('--config', config);
    const code = await runInSession(wrapAll(wrap([...command, '--reporter=list,json', ...args])), {
      env: { ...env, ...variables, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
      cwd: folder,
      output,
    });
    // Here filtered tests are not in the report: a skipped test in it was skipped explicitly.
    return sum(code, report, readPlaywright, true);
  }

  return { vitest, playwright };
}
