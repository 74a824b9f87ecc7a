/** An ordinary user account in which tests run a packaged app. Only root can create it. */
import { execFileSync, spawnSync } from 'node:child_process';

const NAME = 'letterhead-test';

const number = (option) => Number(execFileSync('id', [option, NAME], { encoding: 'utf8' }));

/**
 * Creates the user, unless an interrupted run left one.
 * @returns {{ uid: number, gid: number }}
 */
export function createTestUser() {
  if (spawnSync('id', [NAME], { stdio: 'ignore' }).status !== 0) {
    execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', NAME]);
  }
  return { uid: number('-u'), gid: number('-g') };
}

/** Removes the user. */
export function removeTestUser() {
  execFileSync('userdel', ['--force', NAME], { stdio: 'ignore' });
}
