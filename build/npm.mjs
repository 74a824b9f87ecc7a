/** Runs npm in the repository's folder. */
import { spawnSync } from 'node:child_process';
import { root } from './folders.mjs';

/**
 * The command that runs npm. npm passes its own path to the scripts it runs; otherwise it is on the PATH,
 * where Windows finds it only through a shell.
 * @param {string[]} args
 * @returns {{ command: string[], shell: boolean }}
 */
export function npmCommand(args) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return { command: [process.execPath, npm, ...args], shell: false };
  return { command: ['npm', ...args], shell: process.platform === 'win32' };
}

/**
 * Runs npm; its output goes to stderr.
 * @param {string[]} args
 * @returns {boolean} whether it succeeded
 */
export function runNpm(args) {
  const { command, shell } = npmCommand(args);
  const [first, ...rest] = command;
  return spawnSync(first, rest, { cwd: root, stdio: ['ignore', 2, 2], shell }).status === 0;
}
