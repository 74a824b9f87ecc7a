/**
 * Runs a command in a separate network namespace that contains only this machine: tests of a packaged app
 * cannot reach any other computer, whatever goes wrong. Linux, as root. The machine's own network is not
 * changed.
 */
import { spawnSync } from 'node:child_process';

const SET_UP = 'ip link set lo up && exec "$@"';

/**
 * The command line that runs a command in such a namespace. What the command mounts is not visible outside.
 * LETTERHEAD_OUTSIDE gives the command the id of a process outside the namespace.
 * @param {string[]} command
 * @returns {string[]}
 */
export function inOwnNetwork(command) {
  const outside = `LETTERHEAD_OUTSIDE=${process.pid}`;
  const unshare = ['unshare', '--net', '--mount', '--propagation', 'private'];
  return [...unshare, 'env', outside, 'sh', '-c', SET_UP, 'sh', ...command];
}

/** Whether this machine allows such a namespace. Containers often do not, even for root. */
export function canHaveOwnNetwork() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return false;
  const [first, ...rest] = inOwnNetwork(['true']);
  return spawnSync(first, rest, { stdio: 'ignore' }).status === 0;
}
