/**
 * The update that a test's update server offers: this build under a higher version number. Its installer is a script
 * that starts it in the same Electron, so the downloaded file really runs.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { executable } from './executable';

/** Version of the running build. */
export const { version: VERSION } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
};

/** The next major version. */
export const NEXT = VERSION.replace(/^\d+/, (major) => String(Number(major) + 1));

/** Creates the next version in a folder that must not exist yet. Returns that folder. */
export function makeNextVersion(folder: string): string {
  mkdirSync(folder);
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version: NEXT }));
  for (const part of ['out', 'build', 'node_modules']) {
    symlinkSync(resolve(part), join(folder, part));
  }
  return folder;
}

/** What the next version is started with. */
export interface NextStart {
  /** The folder with the next version. */
  folder: string;
  userData: string;
  /** The file to which the next version writes its process id. */
  pidFile: string;
  /** The port of its debugger. */
  port: number;
}

/**
 * Returns the installer of the next version, a shell script. As the one for Windows does, it waits until the app that
 * started it has ended, and starts the next version only with `--force-run`.
 */
export function installerOf({ folder, userData, pidFile, port }: NextStart): Buffer {
  const sandbox = process.getuid?.() === 0 ? '--no-sandbox' : '';
  const lines = [
    'while kill -0 $PPID 2> /dev/null; do sleep 0.05; done',
    'case "$*" in *--force-run*) ;; *) exit 0;; esac',
    `echo $$ > '${pidFile}'`,
    `exec '${executable()}' '--user-data-dir=${userData}' --disable-gpu ${sandbox} --remote-debugging-port=${port} '${folder}'`,
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}
