/** An ordinary user account in which tests run a packaged app. Only root can create it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'letterhead-test';
/** The app takes its home folder from the account, whatever HOME says. */
const HOME = join('/home', NAME);

const number = (option) => Number(execFileSync('id', [option, NAME], { encoding: 'utf8' }));

/**
 * Creates the user with an empty home folder. A user that an interrupted run left is removed first.
 * @returns {{ uid: number, gid: number, home: string }}
 */
export function createTestUser() {
  if (spawnSync('id', [NAME], { stdio: 'ignore' }).status === 0) removeTestUser();
  if (existsSync(HOME)) throw new Error(`${HOME} exists, but belongs to no user.`);
  const options = ['--create-home', '--skel', '/dev/null', '--home-dir', HOME];
  execFileSync('useradd', [...options, '--shell', '/bin/sh', NAME]);
  return { uid: number('-u'), gid: number('-g'), home: HOME };
}

/** Removes the user and their home folder. */
export function removeTestUser() {
  execFileSync('userdel', ['--force', NAME], { stdio: 'ignore' });
  rmSync(HOME, { recursive: true, force: true });
}
