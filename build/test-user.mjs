/** The ordinary user of this machine as whom tests start a packaged app; only root can make one. */
import { execFileSync, spawnSync } from 'node:child_process';

const NAME = 'letterhead-test';

const number = (option) => Number(execFileSync('id', [option, NAME], { encoding: 'utf8' }));

/**
 * Makes the user, if there is none left of a run that was cut off.
 * @returns {{ uid: number, gid: number }}
 */
export function createTestUser() {
  if (spawnSync('id', [NAME], { stdio: 'ignore' }).status !== 0) {
    execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', NAME]);
  }
  return { uid: number('-u'), gid: number('-g') };
}

/** Removes the user again. */
export function removeTestUser() {
  execFileSync('userdel', ['--force', NAME], { stdio: 'ignore' });
}
