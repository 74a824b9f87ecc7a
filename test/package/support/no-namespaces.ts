/**
 * Runs one program as on a computer without user namespaces: in a namespace below which no other can be created.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readlinkSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Person } from './person';

/** Waits until root is mapped in the new namespace, then sets the limit and becomes the person. */
const BECOME = `until [ -n "$(cat /proc/self/gid_map)" ]; do sleep 0.05; done
exec sh -c 'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --clear-groups "$@"' sh "$@"`;

/** Starts a program in such a namespace, as the person. Requires root. */
export async function startWithoutNamespaces(
  { owner, env, home }: Person,
  command: string[],
): Promise<ChildProcess> {
  const become = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, ...command];
  const args = ['--user', 'sh', '-c', BECOME, 'sh', ...become];
  const child = spawn('unshare', args, { cwd: home, env, stdio: 'ignore' });
  const namespace = (): string => readlinkSync(`/proc/${child.pid}/ns/user`);
  await expect.poll(namespace).not.toBe(readlinkSync('/proc/self/ns/user'));
  for (const map of ['uid_map', 'gid_map']) {
    writeFileSync(`/proc/${child.pid}/${map}`, '0 0 65536');
  }
  return child;
}
