/**
 * Gives the tests a temporary folder in memory, where there is room: a transaction in a new database waits for the disk,
 * creating the files of a launch takes a tenth of its time, and what a killed process has written is there all the same.
 * It is removed with everything that tests left in it.
 */
import { accessSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** In containers it may be tiny. */
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2 ** 30;

function hasRoom(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** Called by vitest or Playwright before the first test file; what it returns, after the last. */
export default function setup({ vitest }: Partial<TestProject>): (() => void) | undefined {
  // The packages run as other users, who may not enter the folder.
  const isPackage = vitest?.projects.some(({ name }) => name === 'package');
  if (isPackage || process.env['LETTERHEAD_E2E_PACKAGE'] || !hasRoom()) return undefined;
  const folder = mkdtempSync(join(MEMORY, 'letterhead-tests-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
