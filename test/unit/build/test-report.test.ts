/** What `npm test` reads from the reports of Vitest and Playwright: counts and failed tests. */
import { expect, it } from 'vitest';
import { readPlaywright, readVitest } from '../../../build/test-report.mjs';

const vitest = {
  numPassedTests: 3,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 2,
  testResults: [
    {
      name: 'a.test.ts',
      status: 'failed',
      message: '',
      assertionResults: [
        { status: 'passed', fullName: 'adds', failureMessages: [] },
        {
          status: 'failed',
          fullName: 'store keeps',
          failureMessages: ['\u001b[31mError: not kept\u001b[39m\n\n    at 2\n3\n4\n5\n6\n7\n8'],
        },
      ],
    },
    { name: 'b.test.ts', status: 'failed', message: 'Cannot read it', assertionResults: [] },
    { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [] },
  ],
};

it('reads the Vitest report: each failed test, and each file that could not be loaded', () => {
  expect(readVitest(vitest)).toEqual({
    passed: 3,
    failed: 1,
    skipped: 3,
    failures: [
      'a.test.ts › store keeps\n    Error: not kept\n    at 2\n    3\n    4\n    5\n    6',
      'b.test.ts\n    Cannot read it',
    ],
  });
});

const spec = (title: string, status: string, message?: string) => ({
  title,
  file: 'a.spec.ts',
  line: 7,
  tests: [
    {
      status,
      results: [message === undefined ? {} : { error: { message } }, {}],
    },
  ],
});

it('reads the Playwright report: nested suites, and tests that passed only when retried', () => {
  const report = {
    stats: { expected: 1, unexpected: 1, flaky: 1, skipped: 1 },
    suites: [
      {
        specs: [spec('saves', 'expected')],
        suites: [
          { specs: [spec('reads', 'unexpected', 'no list'), spec('adds', 'flaky', 'late')] },
          { specs: [spec('waits', 'skipped')] },
        ],
      },
    ],
    errors: [{ message: 'no such file' }],
  };
  expect(readPlaywright(report)).toEqual({
    passed: 1,
    failed: 2,
    skipped: 1,
    failures: [
      'a.spec.ts:7 › reads\n    no list',
      'a.spec.ts:7 › adds\n    late',
      'Outside of a test\n    no such file',
    ],
  });
});
