/**
 * The update that a test's update server offers: this build under a higher version number. Its "AppImage"
 * is a script that starts it in the same Electron, so the downloaded file really runs.
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

/**
 * Returns a shell script that writes its process id to `pidFile` and then becomes the app in `folder`, with a
 * debugger on `port`. Passes on only the arguments of a normal start, not Playwright's.
 */
export function startScript(folder: string, pidFile: string, port: number): Buffer {
  const lines = [
    '#!/bin/sh',
    `echo $$ > '${pidFile}'`,
    'for arg do',
    '  shift',
    '  case $arg in --user-data-dir=*|--no-sandbox|--disable-gpu) set -- "$@" "$arg";; esac',
    'done',
    `exec '${executable()}' "$@" --remote-debugging-port=${port} '${folder}'`,
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}
