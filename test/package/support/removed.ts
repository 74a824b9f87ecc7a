/**
 * Runs once around all test files of the packages. They share an installed package; it is removed here, also one that an
 * interrupted run has left.
 */
import { existsSync } from 'node:fs';
import { EXECUTABLE, purge } from './debian';

function remove(): void {
  // Without this variable (build/own-network.mjs), nothing is installed.
  if (process.env['LETTERHEAD_OUTSIDE'] && existsSync(EXECUTABLE)) purge();
}

export const setup = remove;
export const teardown = remove;
