/** The shipped Electron version. What the app must not do at all (open a port, record a crash) is tested while it runs. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  devDependencies: Record<string, string>;
};

it('ships one major version of Electron, 45 or newer', () => {
  expect(manifest.devDependencies['electron']).toMatch(/^~(4[5-9]|[5-9]\d)\.\d+(\.\d+)?$/);
});
