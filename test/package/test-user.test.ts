/** The users in which root's tests run the app: runs side by side do not meet, and an interrupted one leaves nothing for good. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestUser, removeTestUser } from '../../build/test-user.mjs';
import { readIfRunning } from './support/processes';

/** Creates a user, starts a process as this user, and waits. */
const OTHER_RUN = `
  import { spawn } from 'node:child_process';
  import { createTestUser } from '${join(process.cwd(), 'build', 'test-user.mjs')}';
  const { name, uid, gid, home } = createTestUser();
  const child = spawn('sleep', ['infinity'], { uid, gid, cwd: '/', detached: true, stdio: 'ignore' });
  console.log(JSON.stringify({ name, home, pid: child.pid }));
  setInterval(() => child, 1_000_000);
`;

const isUser = (name: string): boolean => readFileSync('/etc/passwd', 'utf8').includes(`${name}:`);

/** Whether a process runs. Zombies of nobody's children stay until the first process reaps them. */
const isRunning = (pid: number): boolean => !/^$|\) Z /.test(readIfRunning(`/proc/${pid}/stat`));

test('a user of a running test is kept, and one that was left behind is removed with all that runs', async () => {
  const other = spawn(process.execPath, ['--input-type=module', '-e', OTHER_RUN], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void other.kill('SIGKILL'));
  const [line] = (await once(other.stdout, 'data')) as [Buffer];
  const left = JSON.parse(String(line)) as { name: string; home: string; pid: number };

  const first = createTestUser();
  expect(first.name).not.toBe(left.name);
  expect(isUser(left.name) && existsSync(left.home)).toBe(true);
  const { uid, gid, home } = first;
  expect(execFileSync('id', ['-un'], { uid, gid, cwd: home, encoding: 'utf8' })).toBe(
    `${first.name}\n`,
  );
  removeTestUser(first);
  expect(isUser(first.name) || existsSync(home)).toBe(false);

  other.kill('SIGKILL');
  await once(other, 'exit');
  const second = createTestUser();
  onTestFinished(() => removeTestUser(second));
  expect(isUser(left.name) || existsSync(left.home)).toBe(false);
  expect(isRunning(left.pid)).toBe(false);
});
