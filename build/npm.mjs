/** Runs npm in the repository's folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './folders.mjs';

/**
 * The command that runs npm. npm passes its own path to the scripts it runs, and that of its Node: Debian's npm works
 * with Debian's Node only. Otherwise it is on the PATH, where Windows finds it only through a shell.
 * @param {string[]} args
 * @returns {{ command: string[], shell: boolean }}
 */
export function npmCommand(args) {
  const { npm_execpath: npm, npm_node_execpath: node = process.execPath } = process.env;
  if (npm?.endsWith('.js')) return { command: [node, npm, ...args], shell: false };
  return { command: ['npm', ...args], shell: process.platform === 'win32' };
}

/**
 * Runs npm; its output goes to stderr.
 * @param {string[]} args
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function runNpm(args) {
  const { command, shell } = npmCommand(args);
  const [first, ...rest] = command;
  const [code] = await once(
    spawn(first, rest, { cwd: root, stdio: ['ignore', 2, 2], shell }),
    'exit',
  );
  return code === 0;
}
