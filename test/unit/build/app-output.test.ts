/** What the demo shows of the app's output: errors, but not the noise of Chromium and the system's libraries. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { isNoise, keepOutput } from '../../../build/app-output.mjs';
import { runInSession } from '../../../build/session.mjs';

const NOISE = [
  '[4711:1128/023115.123456:ERROR:dbus/object_proxy.cc:573] Failed to call method',
  '[4711:4712:1128/023115.123456:WARNING:viz_main_impl.cc(183)] VizNullHypothesis is disabled',
  '(letterhead:4711): Gtk-WARNING **: 02:31:15.1: Theme parsing error',
  'libva error: vaGetDriverNames() failed',
  'MESA-LOADER: failed to open swrast',
  '',
];
const ERRORS = [
  '[4711:1128/023115.123456:FATAL:zygote_host_impl_linux.cc(132)] No usable sandbox!',
  'Error: Cannot find module',
  '    at main (out/main/index.js:1:1)',
  'error while loading shared libraries: libgtk-3.so.0',
  'Segmentation fault',
];

const SCRIPT = "console.log('output'); console.error('error'); process.exitCode = 3;";

it.each(NOISE)('is noise: %s', (line) => {
  expect(isNoise(line)).toBe(true);
});

it.each(ERRORS)('is shown: %s', (line) => {
  expect(isNoise(line)).toBe(false);
});

it('keeps every line in the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'letterhead-output-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const said: string[] = [];
  const path = join(folder, 'new', 'output.log');
  const { read, close } = keepOutput(path, (line) => said.push(line));
  const stream = Readable.from([[...NOISE, ...ERRORS].join('\n')]);
  read(stream);
  await expect.poll(() => said).toEqual(ERRORS);
  await close();
  expect(await readFile(path, 'utf8')).toBe(`${[...NOISE, ...ERRORS].join('\n')}\n`);
});

it('reads what a command prints on both streams', async () => {
  const said: string[] = [];
  const code = await runInSession([process.execPath, '-e', SCRIPT], {
    env: process.env,
    output: (stream) => void stream.on('data', (part) => said.push(String(part))),
  });
  expect(code).toBe(3);
  await expect.poll(() => said.join('').split('\n').sort()).toEqual(['', 'error', 'output']);
});
