/** Which Node the tools run on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseNode } from '../../../build/node-24.mjs';

const root = join(import.meta.dirname, '../../..');
const here = { platform: 'linux', arch: 'x64' };
const elsewhere = { platform: 'darwin', arch: 'arm64' };

it('is downloaded on Linux x64 where the running one is older than 24', () => {
  expect(chooseNode({ ...here, version: '20.19.0' })).toBe('download');
  expect(chooseNode({ ...here, version: '22.20.0' })).toBe('download');
});

it('is the running one from 24 on', () => {
  expect(chooseNode({ ...here, version: '24.0.0' })).toBe('this');
  expect(chooseNode({ ...elsewhere, version: '26.1.0' })).toBe('this');
});

it('is asked for with a sentence where it cannot be downloaded', () => {
  expect(() => chooseNode({ ...elsewhere, version: '22.20.0' })).toThrow('Install Node 24');
  expect(() => chooseNode({ ...here, arch: 'arm64', version: '20.19.0' })).toThrow(
    'this is Node 20.19.0',
  );
});

it('is no Node that is too old to start with', () => {
  expect(() => chooseNode({ ...here, version: '20.18.3' })).toThrow('20.19 or newer');
});

it('is chosen first by every script of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const command of Object.values(scripts)) {
    const [, file] = /^node (\S+\.mjs)(?: |$)/.exec(command) ?? [command];
    expect(file, command).toBeDefined();
    expect(readFileSync(join(root, file!), 'utf8'), command).toContain('await onNode24();');
  }
});
