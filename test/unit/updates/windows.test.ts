/**
 * Verifying the signature of a Windows installer that electron-updater has downloaded. Authenticode
 * only exists on Windows, so a fake returns its result.
 */
import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, request, type ClientRequest, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { HttpExecutor } from 'builder-util-runtime';
import { NsisUpdater } from 'electron-updater';
import { expect, it, onTestFinished, vi } from 'vitest';
import { updateFailure } from '../../../src/main/updates/electron-updater-adapter';
import { refuseUnverified, type VerifySignature } from '../../../src/main/updates/installers';
import { temporaryFolder } from '../database/temporary-database';

vi.mock('electron', () => ({}));

const INSTALLER = Buffer.from('an installer');

/** Makes electron-updater use Node's network instead of Chromium's. */
class NodeExecutor extends HttpExecutor<ClientRequest> {
  override createRequest(
    options: RequestOptions,
    callback: (answer: never) => void,
  ): ClientRequest {
    return request(options, callback as never);
  }

  async download(url: URL, destination: string): Promise<string> {
    writeFileSync(destination, Buffer.from(await (await fetch(url)).arrayBuffer()));
    return destination;
  }
}

/**
 * Creates electron-updater as in a build with these lines in app-update.yml, and an update server
 * with an installer.
 */
async function updaterWith(lines: string, verify: VerifySignature) {
  const server = createServer(({ url }, answer) => {
    const sha512 = createHash('sha512').update(INSTALLER).digest('base64');
    if (/yml/.test(url!)) {
      answer.end(`version: 2.0.0\nfiles:\n  - url: new.exe\n    sha512: ${sha512}\n`);
    } else if (/exe$/.test(url!)) answer.end(INSTALLER);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const folder = temporaryFolder();
  const config = join(folder, 'app-update.yml');
  const { port } = server.address() as AddressInfo;
  writeFileSync(config, `provider: generic\nurl: http://127.0.0.1:${port}\n${lines}`);
  const updater = new NsisUpdater(null, {
    version: '1.0.0',
    name: 'letterhead',
    isPackaged: true,
    appUpdateConfigPath: config,
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: () => Promise.resolve(),
    quit: () => undefined,
    relaunch: () => undefined,
    onQuit: () => undefined,
  });
  Object.assign(updater, { httpExecutor: new NodeExecutor(), logger: null, autoDownload: false });
  updater.verifyUpdateCodeSignature = verify;
  const outcome = async (): Promise<string> => {
    await updater.checkForUpdates();
    return updater.downloadUpdate().then(() => 'accepted', updateFailure);
  };
  const kept = (): string[] =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.exe'));
  return { outcome, kept };
}

const PUBLISHER = 'publisherName:\n  - CN=Letterhead\n';

it('keeps an installer whose signature was verified against our publisher', async () => {
  const compare = vi.fn<VerifySignature>(() => Promise.resolve(null));
  const { outcome, kept } = await updaterWith(PUBLISHER, compare);
  expect(await outcome()).toBe('accepted');
  expect(compare).toHaveBeenCalledWith(['CN=Letterhead'], expect.stringContaining('new.exe'));
  expect(kept()).toHaveLength(1);
});

it('refuses any other installer, and deletes it', async () => {
  const { outcome, kept } = await updaterWith(PUBLISHER, () => Promise.resolve('CN=Someone else'));
  expect(await outcome()).toBe('updates.wrong-signature');
  expect(kept()).toEqual([]);
});

it('refuses an installer whose signature cannot be verified', async () => {
  const compare = vi.fn<VerifySignature>(() => Promise.resolve(null));
  const verify = refuseUnverified(compare, () => Promise.reject(new Error('blocked')));
  const { outcome, kept } = await updaterWith(PUBLISHER, verify);
  expect(await outcome()).toBe('updates.wrong-signature');
  expect(compare).not.toHaveBeenCalled();
  expect(kept()).toEqual([]);
});

it('without a publisher, electron-updater verifies nothing, so such a build only notifies', async () => {
  const compare = vi.fn<VerifySignature>(() => Promise.resolve('CN=Someone else'));
  const { outcome } = await updaterWith('', compare);
  expect(await outcome()).toBe('accepted');
  expect(compare).not.toHaveBeenCalled();
});
