/** The machine's software as apt and dpkg keep it. Runs as root, and for real. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 2 ** 26,
  });

/** apt may have to fetch something the machine lacks: it runs outside of the test's own network. */
function aptGet(...args: string[]): void {
  const outside = ['--target', process.env['LETTERHEAD_OUTSIDE']!, '--net', '--mount'];
  run('nsenter', [...outside, 'apt-get', '-qq', '-o=Dpkg::Use-Pty=0', ...args]);
}

/** Installs, or upgrades to, a package file. */
export const install = (file: string): void =>
  aptGet('install', '-y', '--no-install-recommends', file);

/** Removes the package with all that belongs to it. */
export const purge = (): void => aptGet('purge', '-y', 'letterhead');

/** What dpkg says of the package: its version and state. */
export const installed = (): string =>
  run('dpkg-query', ['--show', '--showformat=${Version} ${db:Status-Status}', 'letterhead']);

/** The files and folders of the installed package. */
export const filesOf = (): string[] =>
  run('dpkg', ['--listfiles', 'letterhead']).trim().split('\n');

/** What differs from the package's sums; nothing, when all is as it was packed. */
export const verify = (): string => run('dpkg', ['--verify', 'letterhead']);

const isProgram = (path: string): boolean =>
  readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF'));

/** Every program and library below a folder. */
export function programsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry: Dirent) => entry.isFile())
    .map((entry: Dirent) => join(entry.parentPath, entry.name))
    .filter(isProgram);
}

/** The libraries a program is linked with that this machine does not have. */
export function missingFor(program: string): string[] {
  // Libraries beside the executable are found by it, not by those it loads.
  const env = { ...process.env, LD_LIBRARY_PATH: '/opt/Letterhead' };
  const lines = execFileSync('ldd', [program], { encoding: 'utf8', env }).split('\n');
  return lines.filter((line) => line.includes('not found')).map((line) => line.trim());
}
