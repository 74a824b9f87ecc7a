/**
 * Runs a command in a network of its own, in which there is nothing but this machine: what is tried with
 * a packaged app can reach no other computer, whatever goes wrong. Linux, as root. The machine's own
 * network stays as it is.
 */
import { spawnSync } from 'node:child_process';

const SET_UP = 'ip link set lo up && exec "$@"';

/**
 * The command line that runs a command there. What it mounts is not seen outside either. The command
 * finds the process id of one outside in LETTERHEAD_OUTSIDE.
 * @param {string[]} command
 * @returns {string[]}
 */
export function inOwnNetwork(command) {
  const outside = `LETTERHEAD_OUTSIDE=${process.pid}`;
  const unshare = ['unshare', '--net', '--mount', '--propagation', 'private'];
  return [...unshare, 'env', outside, 'sh', '-c', SET_UP, 'sh', ...command];
}

/** Whether this machine lets us: containers often do not, even to root. */
export function canHaveOwnNetwork() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return false;
  const [first, ...rest] = inOwnNetwork(['true']);
  return spawnSync(first, rest, { stdio: 'ignore' }).status === 0;
}
