/** Installs, inspects and removes the package with apt and dpkg. Runs as root, on the real system. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** The installed program. */
export const EXECUTABLE = '/opt/Letterhead/letterhead';

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 2 ** 26,
  });

/** apt may have to download dependencies, so it runs outside of the test's network namespace. */
function aptGet(...args: string[]): void {
  const outside = ['--target', process.env['LETTERHEAD_OUTSIDE']!, '--net', '--mount'];
  run('nsenter', [...outside, 'apt-get', '-qq', '-o=Dpkg::Use-Pty=0', ...args]);
}

/** Installs or upgrades to a package file. */
export const install = (file: string): void =>
  aptGet('install', '-y', '--no-install-recommends', file);

/** Installs the package, unless a test file of this run has. */
export function installOnce(file: string): void {
  if (!existsSync(EXECUTABLE)) install(file);
}

/** Purges the package. */
export const purge = (): void => aptGet('purge', '-y', 'letterhead');

/** The package's version and state according to dpkg. */
export const installed = (): string =>
  run('dpkg-query', ['--show', '--showformat=${Version} ${db:Status-Status}', 'letterhead']);

/** The files and folders of the installed package. */
export const filesOf = (): string[] =>
  run('dpkg', ['--listfiles', 'letterhead']).trim().split('\n');

/** Differences from the package's checksums; empty if there are none. */
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

/** The libraries a program links to that are missing on this machine. */
export function missingFor(program: string): string[] {
  // The executable finds libraries beside it; the libraries it loads do not.
  const env = { ...process.env, LD_LIBRARY_PATH: '/opt/Letterhead' };
  const lines = execFileSync('ldd', [program], { encoding: 'utf8', env }).split('\n');
  return lines.filter((line) => line.includes('not found')).map((line) => line.trim());
}
