/** Runs the cheapest part of the benchmark once, without asserting times. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';

test('the benchmark prints its table and rejects unknown parts', async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['test/bench/run.mjs', ...args]);
  const { stdout } = await run('--only', 'evaluation', '--runs', '1');
  expect(stdout).toMatch(
    /\| Main bundle read, compiled and evaluated, all of it +\|.*\d ms +\| ≤ 30 ms \|/,
  );
  expect(stdout).toMatch(/\d of 1 targets met\./);
  await expect(run('--only', 'nothing')).rejects.toMatchObject({ code: 2 });
});
