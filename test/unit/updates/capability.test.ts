/**
 * The update capability of a build: whether it installs updates, only notifies about them, or does
 * not check. It installs automatically only where a wrong file would be refused.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  isAllowedUpdateAddress,
  isAllowedUpdateRequest,
  capabilityOf,
  type CapabilityOptions,
} from '../../../src/main/updates/capability';
import { temporaryFolder } from '../database/temporary-database';

const HTTPS = 'provider: generic\nurl: https://updates.example/letterhead\n';

/**
 * The capability of a packaged Linux build, unless `overrides` says otherwise.
 *
 * @param text the content of its app-update.yml; null: there is no such file
 */
function capabilityWith(text: string | null, overrides: Partial<CapabilityOptions> = {}) {
  const folder = temporaryFolder();
  const config = join(folder, 'app-update.yml');
  if (text !== null) writeFileSync(config, text);
  const options = { packaged: true, platform: 'linux' } as const;
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

it('only notifies on Linux, where nothing is signed', () => {
  const capability = { mode: 'notify', reason: 'package', installer: null };
  expect(capabilityWith(HTTPS)).toMatchObject(capability);
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
