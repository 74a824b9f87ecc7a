/** Which download is installed, and by which instance of electron-updater when another one has replaced it. */
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { UpdateCapability } from '../../../src/main/updates/capability';
import { failed, success } from '../../../src/shared/result';
import { temporaryFolder } from '../database/temporary-database';

const library = vi.hoisted(() => {
  /** An updater that finds `update` and downloads `file`; the check never ends if there is no update. */
  class FakeUpdater {
    static readonly instances: FakeUpdater[] = [];
    static update: object | null = null;
    static file = '';
    httpExecutor = { createRequest: () => undefined };
    netSession = { webRequest: { onBeforeRequest: () => undefined } };
    installs = 0;
    constructor() {
      FakeUpdater.instances.push(this);
    }
    on(): void {}
    checkForUpdates(): Promise<object> {
      const { update } = FakeUpdater;
      return update ? Promise.resolve(update) : new Promise(() => undefined);
    }
    downloadUpdate(): Promise<string[]> {
      return Promise.resolve([FakeUpdater.file]);
    }
    quitAndInstall(): void {
      this.installs += 1;
    }
  }
  return { FakeUpdater };
});

vi.mock('electron', () => ({}));
vi.mock('electron-updater', () => ({
  AppUpdater: library.FakeUpdater,
  CancellationToken: class {},
  MacUpdater: library.FakeUpdater,
  NsisUpdater: library.FakeUpdater,
}));
const { createUpdater } = await import('../../../src/main/updates/electron-updater-adapter');

const WINDOWS: UpdateCapability = {
  mode: 'install',
  reason: null,
  installer: 'nsis',
  config: '/app-update.yml',
  server: 'https://updates.example/',
};

/** An updater that has checked for and downloaded an installer. */
async function withDownload() {
  const { FakeUpdater } = library;
  FakeUpdater.instances.length = 0;
  FakeUpdater.file = join(temporaryFolder(), 'new.exe');
  writeFileSync(FakeUpdater.file, 'an installer');
  const sha512 = createHash('sha512').update('an installer').digest('base64');
  const files = [{ url: 'new.exe', sha512 }];
  FakeUpdater.update = { isUpdateAvailable: true, updateInfo: { version: '2.0.0', files } };
  const updater = createUpdater(WINDOWS, true);
  const never = new AbortController().signal;
  expect(await updater.check(never)).toEqual(success('2.0.0'));
  expect(await updater.download(never)).toEqual(success(null));
  return updater;
}

it('installs a download only while it has the announced hash', async () => {
  const updater = await withDownload();
  writeFileSync(library.FakeUpdater.file, 'another installer');
  expect(await updater.prepareInstall()).toEqual(failed('updates.wrong-hash'));
  rmSync(library.FakeUpdater.file);
  expect(await updater.prepareInstall()).toEqual(failed('updates.not-installed'));
});

it('starts the Windows installer with the instance that downloaded it, after an aborted check', async () => {
  const { FakeUpdater } = library;
  const updater = await withDownload();

  FakeUpdater.update = null;
  const abort = new AbortController();
  const check = updater.check(abort.signal);
  abort.abort();
  expect(await check).toMatchObject({ failure: { code: 'updates.unreachable' } });

  const quit = vi.fn();
  expect(await updater.prepareInstall()).toEqual(success(null));
  updater.installAndQuit(false, quit);
  expect(FakeUpdater.instances.map(({ installs }) => installs)).toEqual([1, 0]);
  expect(quit).toHaveBeenCalledTimes(1);
});
