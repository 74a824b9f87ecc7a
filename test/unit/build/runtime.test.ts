/** Which Electron the tests use: the shipped version wherever it is available. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeRuntime, findRuntime } from '../../../build/runtime.mjs';

interface Place {
  installed?: boolean;
  reachable?: boolean;
  failedLately?: boolean;
  fits?: boolean;
  env?: Record<string, string>;
}

/**
 * Chooses an Electron on a machine where these are available; returns which one was found and what
 * was tried.
 */
async function on(place: Place): Promise<{ found: string; tried: string[] }> {
  const { installed = false, reachable = false, failedLately = false, fits = true } = place;
  const tried: string[] = [];
  const found = await findRuntime({
    log: () => undefined,
    env: place.env ?? {},
    official: {
      packageVersion: () => '45.4.1',
      installedExecutable: () => (installed ? 'official' : null),
      failedLately: () => failedLately,
      fetchOfficial: () => {
        tried.push('fetch');
        return Promise.resolve(reachable ? 'official' : null);
      },
    },
    registry: {
      fits: () => fits,
      find: () => {
        tried.push('registry');
        return Promise.resolve('registry');
      },
    },
  });
  return { found, tried };
}

it('uses the shipped Electron if it is installed', async () => {
  expect(await on({ installed: true })).toEqual({ found: 'official', tried: [] });
});

it('downloads it if possible, without looking for an older one', async () => {
  expect(await on({ reachable: true })).toEqual({ found: 'official', tried: ['fetch'] });
});

it('uses an older Electron only if the download fails, and retries only after some hours', async () => {
  expect(await on({})).toEqual({ found: 'registry', tried: ['fetch', 'registry'] });
  expect(await on({ failedLately: true })).toEqual({ found: 'registry', tried: ['registry'] });
});

it('uses the version that was requested', async () => {
  const registry = { LETTERHEAD_RUNTIME: 'registry' };
  expect(await on({ installed: true, env: registry })).toEqual({
    found: 'registry',
    tried: ['registry'],
  });
  const official = { LETTERHEAD_RUNTIME: 'official' };
  await expect(on({ failedLately: true, env: official })).rejects.toThrow('github.com');
  await expect(on({ fits: false, env: registry })).rejects.toThrow('Linux x64 only');
});

it('retries the download every time if there is no older Electron', async () => {
  expect(await on({ reachable: true, failedLately: true, fits: false })).toEqual({
    found: 'official',
    tried: ['fetch'],
  });
  await expect(on({ fits: false })).rejects.toThrow('No Electron for');
});

it('reports which version it uses, and which one ships', () => {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-runtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const below = process.platform === 'darwin' ? 'Electron.app/Contents/MacOS' : '';
  mkdirSync(join(folder, below), { recursive: true });
  const executable = join(folder, below, 'electron');
  expect(describeRuntime(executable, '45.4.1').sentence).toContain(executable);
  writeFileSync(join(folder, 'version'), 'v33.2.1');
  expect(describeRuntime(executable, '45.4.1')).toEqual({
    name: 'Electron 33.2.1',
    sentence: 'This runs on Electron 33.2.1; we ship 45.4.1, see docs/electron-45.md.',
  });
  expect(describeRuntime(executable, '33.2.1').sentence).toContain('the version we ship');
});
