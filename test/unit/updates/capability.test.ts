/**
 * The update capability of a build: whether it installs updates, only notifies about them, or does
 * not check. It installs automatically only where a wrong file would be refused.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  isAllowedUpdateAddress,
  capabilityOf,
  type CapabilityOptions,
} from '../../../src/main/updates/capability';
import { temporaryFolder } from '../database/temporary-store';

const HTTPS = 'provider: generic\nurl: https://updates.example/letterhead\n';

/** The capability of a packaged build with this text in its app-update.yml; null: no such file. */
function build(text: string | null, more: Partial<CapabilityOptions> = {}) {
  const folder = temporaryFolder();
  const config = join(folder, 'app-update.yml');
  if (text !== null) writeFileSync(config, text);
  const options = { packaged: true, platform: 'linux', env: {}, execPath: '/opt/app' } as const;
  return capabilityOf({ ...options, config, ...more });
}

it.each([
  ['no file', null],
  ['no address', 'provider: generic\n'],
  ['an address without TLS', 'url: http://updates.example/\n'],
  ['a test address, in an installed build', 'url: http://127.0.0.1:1/\n'],
  ['something that is not an address', 'url: updates\n'],
])('%s: does not check', (_what, text) => {
  expect(build(text)).toMatchObject({ way: 'none', why: 'no-server' });
});

it('an unpackaged build checks only a server that was set for tests', () => {
  expect(build(null, { packaged: false, config: null })).toMatchObject({ why: 'development' });
  const capability = build('url: http://127.0.0.1:1/\n', { packaged: false });
  expect(capability).toMatchObject({ way: 'notify' });
});

it.each([
  ['no publisher', '', 'notify', 'unsigned', null],
  ['an empty publisher', 'publisherName:\nupdaterCacheDirName: x\n', 'notify', 'unsigned', null],
  ['null', 'publisherName: null\n', 'notify', 'unsigned', null],
  ['a publisher', 'publisherName: Letterhead\n', 'install', null, 'nsis'],
  ['several', 'publisherName:\n  - CN=Letterhead\n', 'install', null, 'nsis'],
])('Windows with %s', (_what, line, way, why, installer) => {
  expect(build(HTTPS + line, { platform: 'win32' })).toMatchObject({ way, why, installer });
});

it('macOS: installs automatically only if it was signed during packaging', () => {
  expect(build(HTTPS, { platform: 'darwin' })).toMatchObject({ way: 'notify', why: 'unsigned' });
  const folder = temporaryFolder();
  const config = join(folder, 'app-update.yml');
  writeFileSync(config, HTTPS);
  writeFileSync(join(folder, 'signed'), '');
  expect(build(HTTPS, { platform: 'darwin', config })).toMatchObject({ installer: 'squirrel' });
});

it('an AppImage installs automatically if its file is writable; a Debian package only notifies', () => {
  const folder = temporaryFolder();
  const mount = join(folder, 'mount');
  const env = { APPDIR: mount, APPIMAGE: join(folder, 'Letterhead.AppImage') };
  const execPath = join(mount, 'letterhead');
  expect(build(HTTPS)).toMatchObject({ way: 'notify', why: 'package', installer: null });
  expect(build(HTTPS, { env, execPath })).toMatchObject({ way: 'install', installer: 'appimage' });
  // Another program that is an AppImage has started the app: APPIMAGE names the file of that program.
  expect(build(HTTPS, { env, execPath: '/opt/app' })).toMatchObject({ why: 'package' });
  expect(build(HTTPS, { env, execPath: `${mount}-2/letterhead` })).toMatchObject({
    why: 'package',
  });
  const gone = { ...env, APPIMAGE: join(folder, 'gone', 'Letterhead.AppImage') };
  expect(build(HTTPS, { env: gone, execPath })).toMatchObject({ way: 'notify', why: 'folder' });
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
])('server %s: used by a packaged build: %s, in tests: %s', (address, packaged, unpackaged) => {
  expect([isAllowedUpdateAddress(address, true), isAllowedUpdateAddress(address, false)]).toEqual([
    packaged,
    unpackaged,
  ]);
});
