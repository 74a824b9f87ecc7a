/**
 * The update capability of a build: whether it installs updates, only notifies about them, or does
 * not check. It installs automatically only where a wrong file would be refused.
 */
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  appImageOf,
  isAllowedUpdateAddress,
  isAllowedUpdateRequest,
  capabilityOf,
  type CapabilityOptions,
} from '../../../src/main/updates/capability';
import { temporaryFolder } from '../database/temporary-store';

const HTTPS = 'provider: generic\nurl: https://updates.example/letterhead\n';

/** The first bytes of an AppImage. */
const IMAGE = '\x7fELF\x02\x01\x01\0AI\x02';

/** Linux's list of mounts, with one at this folder. */
const mountedAt = (folder: string, type = 'fuse.Letterhead.AppImage'): string =>
  [
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
    `99 22 0:50 / ${folder.replaceAll(' ', '\\040')} ro,nosuid shared:9 - ${type} Letterhead.AppImage ro`,
    '',
  ].join('\n');

/**
 * The capability of a packaged Linux build, unless `overrides` says otherwise.
 *
 * @param text the content of its app-update.yml; null: there is no such file
 */
function capabilityWith(text: string | null, overrides: Partial<CapabilityOptions> = {}) {
  const folder = temporaryFolder();
  const config = join(folder, 'app-update.yml');
  if (text !== null) writeFileSync(config, text);
  const options = { packaged: true, platform: 'linux', env: {}, execPath: '/opt/app' } as const;
  return capabilityOf({ ...options, config, ...overrides });
}

it.each([
  ['no file', null],
  ['no URL', 'provider: generic\n'],
  ['a URL without TLS', 'url: http://updates.example/\n'],
  ['the URL of a test server, in an installed build', 'url: http://127.0.0.1:1/\n'],
  ['something that is not a URL', 'url: updates\n'],
])('does not check with %s', (_name, text) => {
  expect(capabilityWith(text)).toMatchObject({ mode: 'none', reason: 'no-server' });
});

it('checks only a server that was set for tests if the build is not packaged', () => {
  expect(capabilityWith(null, { packaged: false, config: null })).toMatchObject({
    reason: 'development',
  });
  const capability = capabilityWith('url: http://127.0.0.1:1/\n', { packaged: false });
  expect(capability).toMatchObject({ mode: 'notify' });
});

it.each([
  ['no publisher', '', 'notify', 'unsigned', null],
  ['an empty publisher', 'publisherName:\nupdaterCacheDirName: x\n', 'notify', 'unsigned', null],
  ['null as publisher', 'publisherName: null\n', 'notify', 'unsigned', null],
  ['a publisher', 'publisherName: Letterhead\n', 'install', null, 'nsis'],
  ['several publishers', 'publisherName:\n  - CN=Letterhead\n', 'install', null, 'nsis'],
])('on Windows with %s in app-update.yml', (_name, line, mode, reason, installer) => {
  expect(capabilityWith(HTTPS + line, { platform: 'win32' })).toMatchObject({
    mode,
    reason,
    installer,
  });
});

it('installs automatically on macOS only if the build was signed during packaging', () => {
  expect(capabilityWith(HTTPS, { platform: 'darwin' })).toMatchObject({
    mode: 'notify',
    reason: 'unsigned',
  });
  const folder = temporaryFolder();
  const config = join(folder, 'app-update.yml');
  writeFileSync(config, HTTPS);
  writeFileSync(join(folder, 'signed'), '');
  expect(capabilityWith(HTTPS, { platform: 'darwin', config })).toMatchObject({
    installer: 'squirrel',
  });
});

it('installs an AppImage automatically only if its folder is writable', () => {
  const folder = temporaryFolder();
  const mount = join(folder, 'mount');
  const execPath = join(mount, 'letterhead');
  const env = { APPDIR: mount, APPIMAGE: join(folder, 'Letterhead.AppImage') };
  writeFileSync(env.APPIMAGE, IMAGE);
  const mounts = mountedAt(mount);
  expect(capabilityWith(HTTPS, { env, execPath, mounts })).toMatchObject({
    mode: 'install',
    installer: 'appimage',
  });
  // A folder that does not exist is not writable, even for root, who may run the tests.
  const unwritable = { ...env, APPIMAGE: join(folder, 'no such folder', 'Letterhead.AppImage') };
  const unpackaged = { packaged: false, env: unwritable, execPath };
  expect(capabilityWith(HTTPS, unpackaged)).toMatchObject({ mode: 'notify', reason: 'folder' });
});

it('takes no other file for the AppImage, whatever the variables say', () => {
  const folder = temporaryFolder();
  const mount = join(folder, 'a mount');
  const execPath = join(mount, 'letterhead');
  const image = join(folder, 'Letterhead.AppImage');
  writeFileSync(image, IMAGE);
  const found = (APPIMAGE: string, mounts: string) =>
    appImageOf({ packaged: true, env: { APPDIR: mount, APPIMAGE }, execPath, mounts });
  expect(found(image, mountedAt(mount))).toBe(image);
  for (const mounts of ['', mountedAt(folder), mountedAt(mount, 'ext4')]) {
    expect(found(image, mounts)).toBeNull();
  }
  const [key, short, pipe, link] = ['key', 'short', 'pipe', 'link'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  writeFileSync(key, 'a private key of the person');
  writeFileSync(short, 'AI\x02');
  execFileSync('mkfifo', [pipe]);
  symlinkSync(image, link);
  for (const other of [key, short, pipe, link, folder, join(folder, 'missing')]) {
    expect([other, found(other, mountedAt(mount))]).toEqual([other, null]);
  }
});

it('only notifies if it is a Debian package, even if an AppImage started it', () => {
  const debianPackage = { mode: 'notify', reason: 'package', installer: null };
  expect(capabilityWith(HTTPS)).toMatchObject(debianPackage);
  // The variables are inherited from the other program, and name its mount point and file.
  const mount = join(temporaryFolder(), 'mount');
  const env = { APPDIR: mount, APPIMAGE: `${mount}.AppImage` };
  expect(capabilityWith(HTTPS, { env })).toMatchObject(debianPackage);
  const execPath = `${mount}-2/letterhead`;
  expect(capabilityWith(HTTPS, { env, execPath })).toMatchObject(debianPackage);
});

it.each([
  ['https://anywhere.example/file', true, true],
  ['http://anywhere.example/file', false, false],
  ['http://127.0.0.1:1/file', false, true],
  ['http://localhost/file', false, true],
  ['http://127.0.0.1.example/file', false, false],
  ['http://127.0.0.2/file', false, false],
  ['file:///etc/passwd', false, false],
  ['nothing', false, false],
])('may have %s as its server: %s if packaged, %s if not', (address, packaged, unpackaged) => {
  expect([isAllowedUpdateAddress(address, true), isAllowedUpdateAddress(address, false)]).toEqual([
    packaged,
    unpackaged,
  ]);
});

const GITHUB = 'https://github.com/letterhead/letterhead/releases/latest/download';

it.each([
  ['https://updates.example/latest.yml', 'https://updates.example/letterhead', true],
  ['https://updates.example:443/moved/latest.yml', 'https://updates.example/letterhead', true],
  ['https://updates.example:444/latest.yml', 'https://updates.example/letterhead', false],
  ['http://updates.example/latest.yml', 'https://updates.example/letterhead', false],
  ['https://other.example/latest.yml', 'https://updates.example/letterhead', false],
  ['https://sub.updates.example/latest.yml', 'https://updates.example/letterhead', false],
  ['https://updates.example@other.example/', 'https://updates.example/letterhead', false],
  ['https://github.com/letterhead/letterhead/releases/download/v2/latest.yml', GITHUB, true],
  ['https://release-assets.githubusercontent.com/1/2?jwt=3', GITHUB, true],
  ['https://objects.githubusercontent.com/1/2', GITHUB, true],
  ['https://raw.githubusercontent.com/someone/else/main/latest.yml', GITHUB, false],
  ['https://github.com.example/', GITHUB, false],
  ['https://release-assets.githubusercontent.com/1', 'https://updates.example/', false],
  ['nothing', GITHUB, false],
])('may ask %s for updates of %s: %s', (url, server, isAllowed) => {
  expect(isAllowedUpdateRequest(url, server, true)).toBe(isAllowed);
});

it('asks only the server of app-update.yml', () => {
  expect(capabilityWith(HTTPS)).toMatchObject({ server: 'https://updates.example/letterhead' });
});
