/**
 * Reads a test runner's JSON report: how many tests passed, failed and were skipped, and which failed and why.
 * `npm test` repeats the failures at its end (build/test.mjs), because the end is often all that is kept of a
 * long output.
 *
 * Formats: https://vitest.dev/guide/reporters#json-reporter and the type JSONReport of @playwright/test.
 */
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {object} Counted
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures the name of each failed test, and below it the reason
 */

/** Lines kept of a failure's message. */
const MESSAGE_LINES = 6;

/** A failed test in a few lines. */
function failure(name, message = '') {
  const lines = stripVTControlCharacters(message).split('\n');
  const kept = lines.filter((line) => line.trim() !== '').slice(0, MESSAGE_LINES);
  return [name, ...kept.map((line) => `    ${line.trim()}`)].join('\n');
}

/**
 * Reads a vitest report.
 * @param {object} report
 * @returns {Counted}
 */
export function readVitest(report) {
  const failures = [];
  for (const file of report.testResults ?? []) {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName, failureMessages } of failed)
      failures.push(failure(`${file.name} › ${fullName}`, failureMessages[0]));
    // A file that failed to load has a message and no failed test.
    if (failed.length === 0 && file.status === 'failed')
      failures.push(failure(file.name, file.message));
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

/** All specs of a report's suites, recursively. */
const specsOf = (suites = []) =>
  suites.flatMap((suite) => [...(suite.specs ?? []), ...specsOf(suite.suites)]);

/**
 * Reads a Playwright report. A test that passed only when retried counts as failed.
 * @param {object} report
 * @returns {Counted}
 */
export function readPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  const failures = [];
  for (const { title, file, line, tests } of specsOf(report.suites)) {
    for (const { status, results } of tests) {
      if (status !== 'unexpected' && status !== 'flaky') continue;
      const error = results.find((result) => result.error)?.error;
      failures.push(failure(`${file}:${line} › ${title}`, error?.message));
    }
  }
  for (const { message } of report.errors ?? [])
    failures.push(failure('Outside of a test', message));
  return { passed: expected, failed: unexpected + flaky, skipped, failures };
}
