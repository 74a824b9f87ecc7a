/**
 * The log. It contains the location and type of errors, never their messages, which may contain
 * personal texts or a key. It never has more than two files.
 */
import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  createLog,
  logFiles,
  logFolder,
  MAX_LOG_BYTES,
  redactedStack,
} from '../../../src/main/support/log';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterhead-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Logs a text; returns what the log then contains. */
async function written(text: string): Promise<string> {
  return vi.waitFor(() => {
    const all = readFileSync(join(folder, 'logs', 'main.log'), 'utf8');
    expect(all).toContain(text);
    return all;
  }, 20_000);
}

it('records location and type, but no message, however the error is formatted', async () => {
  const { log } = createLog(folder);
  log('drafts.save', new TypeError('secret one\n    at secret two\n  at secret three'));
  log('database', 'secret four');
  const all = await written('database: string');
  expect(all).toContain('drafts.save: TypeError');
  expect(all).toMatch(/\n\s+at .*log\.test/);
  expect(all).not.toContain('secret');
});

it.each(['pipe', 'link'])('replaces a planted %s by a file', async (kind) => {
  const path = join(folder, 'logs', 'main.log');
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(logFolder(folder));
  writeFileSync(elsewhere, '');
  if (kind === 'pipe') execFileSync('mkfifo', [path]);
  else symlinkSync(elsewhere, path);
  createLog(folder).log('database', new Error('x'));
  // Reading the pipe would wait, too.
  await expect.poll(() => lstatSync(path).isFile()).toBe(true);
  await written('database: Error');
  expect(readFileSync(elsewhere, 'utf8')).toBe('');
});

it("contains no folders, because paths contain a person's user name", async () => {
  createLog(folder).log('database', new Error('x'));
  const all = await written('database: Error');
  expect(all).not.toContain(process.cwd());
  expect(all).not.toMatch(/[/\\](home|Users|work|tmp|root)[/\\]/);
  expect(all).toMatch(/\(?log\.test\.ts:\d+:\d+\)?/);
});

it.each([
  ['    at open (/home/ada.lovelace/letterhead/out/main/index.js:12:3)', 'at open (index.js:12:3)'],
  ['    at /home/ada lovelace/out/main/index.js:12:3', 'at index.js:12:3'],
  ['    at async file:///Users/ada/out/main/index.js:1:2', 'at index.js:1:2'],
  ['    at a.b (C:\\Users\\Ada\\out\\main\\index.js:1:2)', 'at a.b (index.js:1:2)'],
  ['    at open (/home/ada (lovelace)/out/index.cjs:12:3)', 'at open (index.cjs:12:3)'],
  ['    at C:\\Users\\Ada (Lovelace)\\out\\index.cjs:1:2', 'at index.cjs:1:2'],
  ['    at node:internal/process/task_queues:95:5', 'at node:internal/process/task_queues:95:5'],
  ['    at new Thing (node:fs:1:2)', 'at new Thing (node:fs:1:2)'],
])('reduces %j to %j', (frame, kept) => {
  const error = new Error('message');
  error.stack = `Error: message\n${frame}`;
  expect(redactedStack(error)).toBe(`Error\n    ${kept}`);
});

it('does not record the name of an error unless it looks like one', () => {
  const error = new Error('message');
  error.name = 'anna@example.com said';
  expect(redactedStack(error).split('\n')[0]).toBe('Error');
});

it('is limited to one file of a megabyte and its predecessor', async () => {
  const { log } = createLog(folder);
  const error = new Error('x');
  for (let line = 0; line < 4_000; line += 1) log(`call ${line}`, error);
  await written('call 3999');
  const files = readdirSync(logFolder(folder));
  expect(files.map((name) => join(logFolder(folder), name)).sort()).toEqual(
    logFiles(folder).sort(),
  );
  for (const file of logFiles(folder)) {
    expect(statSync(file).size).toBeLessThan(MAX_LOG_BYTES + 10_000);
  }
});
