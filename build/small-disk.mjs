/** A small disk in memory, for the tests of what the app does on a full disk. Only root can mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** No other process sees what is mounted, and it is gone when the command ends. */
const OWN_MOUNTS = ['unshare', '--mount', '--propagation', 'private'];
const SET_UP = 'mount -t tmpfs -o size=64m,mode=1777 tmpfs "$LETTERHEAD_SMALL_DISK" && exec "$@"';

/** Whether this process may mount file systems. Containers often do not allow it, even to root. */
export const canMount = () =>
  process.platform === 'linux' &&
  process.getuid() === 0 &&
  spawnSync(OWN_MOUNTS[0], [...OWN_MOUNTS.slice(1), 'true'], { stdio: 'ignore' }).status === 0;

/**
 * A small disk for one command, where this machine allows it; its folder is in LETTERHEAD_SMALL_DISK.
 * @param {string} parent a folder in which the disk's folder is created; other users must be able to enter it
 * @returns {{ env: Record<string, string>, wrap: (command: string[]) => string[] }} the command's variables, and the
 *   command line that runs it
 */
export function onSmallDisk(parent) {
  if (!canMount()) return { env: {}, wrap: (command) => command };
  const folder = join(parent, 'small-disk');
  mkdirSync(folder);
  return {
    env: { LETTERHEAD_SMALL_DISK: folder },
    wrap: (command) => [...OWN_MOUNTS, 'sh', '-c', SET_UP, 'sh', ...command],
  };
}
