/**
 * The shipped Electron version, and what the source files may not contain: other network access than
 * over https, crash reporters, file URLs and open ports.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  devDependencies: Record<string, string>;
};

/** The path and the text of every source file in a folder. */
const sources = (folder: string): [string, string][] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(ts|svelte|html|css)$/.test(name))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);

it('ships one major version of Electron, 45 or newer', () => {
  expect(manifest.devDependencies['electron']).toMatch(/^~(4[5-9]|[5-9]\d)\.\d+(\.\d+)?$/);
});

it('contains no http:// address that main or the window could request', () => {
  const plain = [...sources('src/main'), ...sources('src/renderer'), ...sources('src/preload')]
    .filter(([, text]) => /\b(http|ws|ftp):\/\//.test(text.replaceAll('http://www.w3.org/', '')))
    .map(([name]) => name);
  expect(plain).toEqual([]);
});

it('starts no crash reporter, loads no file:// URL and opens no port', () => {
  const used = sources('src/main')
    .filter(([, text]) => /crashReporter|loadFile\(|file:\/\/|createServer|\.listen\(/.test(text))
    .map(([name]) => name);
  expect(used).toEqual([]);
});
