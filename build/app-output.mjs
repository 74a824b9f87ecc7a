/**
 * The app's output in the demo: all of it goes to a file; the terminal gets it without the log lines of Chromium and of
 * system libraries.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Lines that say nothing about the app. Chromium logs as `[process:date/time:LEVEL:file(line)] text`; its FATAL lines
 * are shown. GLib's libraries log as `(program:process): Library-LEVEL **: text`.
 */
const NOISE = [
  /^\[\d+(?::\d+)?:\d{4}\/\d{6}\.\d+:(?:VERBOSE\d*|INFO|WARNING|ERROR):/,
  /^\(.+:\d+\): [\w-]+-(?:DEBUG|INFO|MESSAGE|WARNING|CRITICAL) \*\*:/,
  /^(?:libva|MESA|MESA-LOADER|libEGL|libGL|libGLX|ALSA lib|dconf|Fontconfig)\b.*?:/,
  /^\s*$/,
];

/** Whether a line that the app prints is noise. */
export const isNoise = (line) => NOISE.some((pattern) => pattern.test(line));

/**
 * Writes the app's output to a file, and to the terminal what is not noise.
 * @param {string} path the file; its folder is created, an older file replaced
 * @param {(line: string) => void} say prints a line on the terminal
 * @returns {{ read: (stream: import('node:stream').Readable) => void, close: () => Promise<void> }}
 */
export function keepOutput(path, say) {
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path);
  const read = (stream) =>
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      if (!isNoise(line)) say(line);
    });
  const close = () => new Promise((done) => file.end(done));
  return { read, close };
}
