/**
 * An ordinary user of this machine, created for the test and removed afterwards, with their own session: home folder,
 * screen, unlocked keyring, and a trusted certificate authority.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { startKeyring } from '../../../build/keyring.mjs';
import { endProcess } from '../../../build/processes.mjs';
import { startScreen } from '../../../build/session.mjs';
import { createTestUser, removeTestUser } from '../../../build/test-user.mjs';
import { trust } from './trust';

/** A user with a session. */
export interface Person {
  owner: { uid: number; gid: number };
  home: string;
  env: Record<string, string>;
  /** Runs a program as this user and returns its output. */
  run(command: string, args: string[], input?: string): string;
  /** Makes this user the owner of a folder and its contents. */
  give(folder: string): void;
  /** Starts the app as this user. */
  start(command: string, args: string[], env?: Record<string, string>): ChildProcess;
  /** Ends the session and removes the user with all their files. */
  leave(): Promise<void>;
}

/**
 * Creates the user and their session.
 * @param trusted PEM text of a certificate that the user trusts
 */
export async function createPerson(trusted: string): Promise<Person> {
  const user = createTestUser();
  const { name, home, uid, gid } = user;
  const owner = { uid, gid };
  const environment = {
    HOME: home,
    PATH: process.env['PATH']!,
    LANG: 'en_US.UTF-8',
    USER: name,
  };
  const screen = await startScreen(home, environment);
  chownSync(screen.env.XAUTHORITY, owner.uid, owner.gid);
  const keyring = await startKeyring({ state: 'unlocked', owner, display: screen.env });
  // Like a desktop with a screen reader.
  const env = { ...environment, ...screen.env, ...keyring.env, ACCESSIBILITY_ENABLED: '1' };
  const children: ChildProcess[] = [];
  const run: Person['run'] = (command, args, input = '') =>
    execFileSync(command, args, {
      cwd: home,
      env,
      ...owner,
      encoding: 'utf8',
      input,
      stdio: 'pipe',
    });

  trust(home, owner, trusted);
  return {
    owner,
    home,
    env,
    run,
    give: (folder) => void execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, folder]),
    start: (command, args, more = {}) => {
      const all = { ...env, ...more };
      children.push(spawn(command, args, { cwd: home, env: all, ...owner, stdio: 'ignore' }));
      return children.at(-1)!;
    },
    leave: async () => {
      for (const child of children) {
        child.kill('SIGKILL');
        await ended(child);
      }
      await keyring.stop();
      await endProcess(screen.screen);
      removeTestUser(user);
    },
  };
}

/** Waits until a process has exited. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
