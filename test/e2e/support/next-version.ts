/**
 * The next version of the app, as an update server gives it: this build under another number. Its
 * "AppImage" is a script that starts it in the Electron there is, so that what was downloaded runs.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { executable } from './executable';

/** Of which version the running build is. */
export const { version: VERSION } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
};

/** The version after it. */
export const NEXT = VERSION.replace(/^\d+/, (major) => String(Number(major) + 1));

/** Makes it in a folder that is not there yet; gives the folder of the app. */
export function nextVersion(folder: string): string {
  mkdirSync(folder);
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version: NEXT }));
  for (const part of ['out', 'build', 'node_modules']) {
    symlinkSync(resolve(part), join(folder, part));
  }
  return folder;
}

/**
 * The script: leaves its process id in `mark`, then becomes the app in `folder`, with a debugger on
 * `port`. Of the words it is given only those of a person's start are taken, none of Playwright's.
 */
export function script(folder: string, mark: string, port: number): Buffer {
  const lines = [
    '#!/bin/sh',
    `echo $$ > '${mark}'`,
    'for word do',
    '  shift',
    '  case $word in --user-data-dir=*|--no-sandbox|--disable-gpu) set -- "$@" "$word";; esac',
    'done',
    `exec '${executable()}' "$@" --remote-debugging-port=${port} '${folder}'`,
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}
