/** Which Electron the tests use: the shipped version wherever it is available. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeRuntime, findRuntime } from '../../../build/runtime.mjs';

/** A machine on which an Electron is looked for. By default there is only the older one from the registry. */
interface Machine {
  /** Whether the Electron we ship is installed. */
  installed?: boolean;
  /** Whether it can be downloaded. */
  downloadWorks?: boolean;
  /** Whether a download failed so recently that it is not tried again. */
  downloadFailedRecently?: boolean;
  /** Whether the npm registry has an older Electron for this system. */
  registrySupported?: boolean;
  env?: Record<string, string>;
  /** The command that allows an Electron without security fixes, where one is refused. */
  allowOld?: string;
}

/** Finds an Electron on a machine; also returns where it was looked for. */
async function findOn(machine: Machine): Promise<{ found: string; tried: string[] }> {
  const tried: string[] = [];
  const found = await findRuntime({
    log: () => undefined,
    env: machine.env ?? {},
    allowOld: machine.allowOld,
    official: {
      packageVersion: () => '45.4.1',
      installedExecutable: () => (machine.installed ? 'official' : null),
      failedLately: () => machine.downloadFailedRecently ?? false,
      fetchOfficial: () => {
        tried.push('fetch');
        return Promise.resolve(machine.downloadWorks ? 'official' : null);
      },
    },
    registry: {
      version: '33.2.1',
      fits: () => machine.registrySupported ?? true,
      find: () => {
        tried.push('registry');
        return Promise.resolve('registry');
      },
    },
  });
  return { found, tried };
}

it('uses the shipped Electron if it is installed', async () => {
  expect(await findOn({ installed: true })).toEqual({ found: 'official', tried: [] });
});

it('downloads the shipped Electron if possible, without looking for an older one', async () => {
  expect(await findOn({ downloadWorks: true })).toEqual({ found: 'official', tried: ['fetch'] });
});

it('uses an older Electron only if the download fails, and retries only after some hours', async () => {
  expect(await findOn({})).toEqual({ found: 'registry', tried: ['fetch', 'registry'] });
  expect(await findOn({ downloadFailedRecently: true })).toEqual({
    found: 'registry',
    tried: ['registry'],
  });
});

it('uses the version that was requested', async () => {
  const registry = { LETTERHEAD_RUNTIME: 'registry' };
  expect(await findOn({ installed: true, env: registry })).toEqual({
    found: 'registry',
    tried: ['registry'],
  });
  const official = { LETTERHEAD_RUNTIME: 'official' };
  await expect(findOn({ downloadFailedRecently: true, env: official })).rejects.toThrow(
    'github.com',
  );
  await expect(findOn({ registrySupported: false, env: registry })).rejects.toThrow(
    'Linux x64 only',
  );
});

it('retries the download every time if there is no older Electron', async () => {
  expect(
    await findOn({ downloadWorks: true, downloadFailedRecently: true, registrySupported: false }),
  ).toEqual({
    found: 'official',
    tried: ['fetch'],
  });
  await expect(findOn({ registrySupported: false })).rejects.toThrow('No Electron for');
});

/** The executable of an Electron folder. The returned `sayVersion` writes its version into the folder. */
function electronFolder(): { executable: string; folder: string; sayVersion: (v: string) => void } {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-runtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const subfolder = process.platform === 'darwin' ? 'Electron.app/Contents/MacOS' : '';
  mkdirSync(join(folder, subfolder), { recursive: true });
  const executable = join(
    folder,
    subfolder,
    process.platform === 'darwin' ? 'Electron' : 'electron',
  );
  writeFileSync(executable, '');
  return { executable, folder, sayVersion: (v) => writeFileSync(join(folder, 'version'), v) };
}

it('refuses an Electron without security fixes for real sign-ins, and names the command that allows it', async () => {
  const allowOld = 'npm start -- --allow-old-electron';
  const refused = { allowOld, downloadFailedRecently: true };
  await expect(findOn(refused)).rejects.toThrow(
    /^Electron 33\.2\.1 gets no security fixes.*We ship 45\.4\.1.*\n\n {2}npm start -- --allow-old-electron/s,
  );
  await expect(findOn({ ...refused, env: { LETTERHEAD_RUNTIME: 'registry' } })).rejects.toThrow(
    allowOld,
  );
  // The shipped one is looked for once more, even if its download failed a moment ago.
  expect(await findOn({ ...refused, downloadWorks: true })).toEqual({
    found: 'official',
    tried: ['fetch'],
  });

  const { executable, folder, sayVersion } = electronFolder();
  const chosen = { allowOld, env: { ELECTRON_OVERRIDE_DIST_PATH: folder } };
  sayVersion('v42.9.0');
  await expect(findOn(chosen)).rejects.toThrow(/^Electron 42\.9\.0 gets no security fixes/);
  sayVersion('43.0.0');
  expect(await findOn(chosen)).toEqual({ found: executable, tried: [] });
});

it.each([
  ['start.mjs', []],
  ['dist.mjs', ['--local']],
])('build/%s refuses it before it builds anything', (script, args) => {
  const { folder, sayVersion } = electronFolder();
  sayVersion('33.2.1');
  const env = { ...process.env, DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: folder };
  const command = [join(import.meta.dirname, '../../../build', script), ...args];
  const { status, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  expect(stderr).toMatch(/^Electron 33\.2\.1 gets no security fixes.* --allow-old-electron\n/s);
  expect(status).toBe(1);
});

it('reports which version it uses, and which one ships', () => {
  const { executable, sayVersion } = electronFolder();
  expect(describeRuntime(executable, '45.4.1').sentence).toContain(executable);
  sayVersion('v33.2.1');
  expect(describeRuntime(executable, '45.4.1')).toEqual({
    name: 'Electron 33.2.1',
    sentence: 'This runs on Electron 33.2.1; we ship 45.4.1, see docs/electron-45.md.',
  });
  expect(describeRuntime(executable, '33.2.1').sentence).toContain('the version we ship');
});
