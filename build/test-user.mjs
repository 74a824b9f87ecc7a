/**
 * Ordinary user accounts in which tests run the app where root runs the tests. Each process that needs one has its own, so
 * that runs side by side do not meet. Only root can create them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PREFIX = 'letterhead-test-';
/** How long killed processes may take to be gone, in ms. */
const PATIENCE_MS = 5_000;

/** Runs `work` while no other process creates or removes a user: an id that is free again may be given away at once. */
function alone(work) {
  const lock = openSync('/run/letterhead-test-users.lock', 'w');
  try {
    // The lock belongs to the open file, so it outlives the program that takes it.
    execFileSync('flock', ['3'], { stdio: ['ignore', 'ignore', 'inherit', lock] });
    return work();
  } finally {
    closeSync(lock);
  }
}

/** A process's file in /proc, or null once the process is gone. */
function ofProcess(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

/** Identifies a process as long as the machine runs: its id, and when it started (proc_pid_stat(5)). */
function identity(pid) {
  const stat = ofProcess(pid, 'stat');
  return stat === null ? null : `${pid} ${stat.replace(/^.*\) /s, '').split(' ')[19]}`;
}

/** The accounts of tests on this machine, with the process that each was created for. */
function accounts() {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, , uid, gid, owner, home]) => ({
      name,
      uid: Number(uid),
      gid: Number(gid),
      owner,
      home,
    }));
}

/**
 * Creates this process's user with an empty home folder. Users that interrupted runs left are removed first.
 * @returns {{ name: string, uid: number, gid: number, home: string }}
 */
export function createTestUser() {
  const name = `${PREFIX}${process.pid}`;
  const home = join('/home', name);
  const options = ['--create-home', '--skel', '/dev/null', '--home-dir', home];
  options.push('--comment', identity(process.pid), '--shell', '/bin/sh');
  return alone(() => {
    for (const account of accounts()) {
      if (account.owner !== identity(account.owner.split(' ')[0])) remove(account);
    }
    execFileSync('useradd', [...options, name], { stdio: ['ignore', 'ignore', 'inherit'] });
    const { uid, gid } = accounts().find((account) => account.name === name);
    return { name, uid, gid, home };
  });
}

/** The ids of a user's running processes. */
const processesOf = (uid) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const status = ofProcess(pid, 'status') ?? '';
      return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === uid && !/^State:\s+Z/m.test(status);
    })
    .map(Number);

/** Kills what a user still runs, and waits until it is gone. */
function endProcessesOf(uid) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let left = processesOf(uid); left.length > 0; left = processesOf(uid)) {
    if (Date.now() > deadline) throw new Error(`Processes ${left.join(', ')} do not end.`);
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has exited in the meantime.
      }
    }
    spawnSync('sleep', ['0.05']);
  }
}

function remove({ name, uid, home }) {
  endProcessesOf(uid);
  execFileSync('userdel', ['--force', name], { stdio: 'ignore' });
  rmSync(home, { recursive: true, force: true });
}

/**
 * Removes a user with everything that still runs as this user, and the home folder.
 * @param {{ name: string, uid: number, home: string }} user from `createTestUser`
 */
export function removeTestUser(user) {
  alone(() => remove(user));
}
