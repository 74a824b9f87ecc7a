/** The log holds places and kinds of errors, never their words: those may quote a person or a key. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../../../src/main/diagnostics/log';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterhead-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('says where it happened and what kind it was, without the message, however it is laid out', () => {
  const log = createLog(folder);
  log('drafts.keep', new TypeError('secret one\n    at secret two\n  at secret three'));
  log('store', 'secret four');
  const written = readFileSync(join(folder, 'logs', 'main.log'), 'utf8');
  expect(written).toContain('drafts.keep: TypeError');
  expect(written).toMatch(/\n\s+at .*log\.test/);
  expect(written).toContain('store: string');
  expect(written).not.toContain('secret');
});
