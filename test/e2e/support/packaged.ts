/**
 * Runs the same tests on a packaged app (`npm test -- e2e-package`), as an ordinary user in its own network
 * namespace. The package differs from the released one only by the fuse that Playwright needs. It ignores
 * the variable that points to a stand-in, so the stand-in serves TLS as api.cloudflare.com, on a loopback
 * address per worker.
 */
import { chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trust } from '../../package/support/trust';
import type { StandinOptions } from '../../standin';
import { selfSigned } from '../../standin/self-signed';

const { LETTERHEAD_E2E_PACKAGE, LETTERHEAD_E2E_UID, LETTERHEAD_E2E_GID } = process.env;

/** The user the packaged app runs as; undefined when the tests run on the build in `out/`. */
export const appUser = LETTERHEAD_E2E_PACKAGE
  ? { uid: Number(LETTERHEAD_E2E_UID), gid: Number(LETTERHEAD_E2E_GID) }
  : undefined;

/** Program that Playwright launches instead of Electron. */
export const packagedLauncher = join(import.meta.dirname, 'in-package.sh');

/** Service name of the app's keychain entries. */
export const SERVICE = appUser ? 'Letterhead' : 'Letterhead (development)';

/** Makes the user the app runs as the owner of a file or folder. */
export function giveToAppUser(path: string): void {
  if (appUser) chownSync(path, appUser.uid, appUser.gid);
}

/** How a worker's stand-in is started, and the environment from which the packaged app reaches it. */
export interface PackageEnvironment {
  standin: StandinOptions;
  env: Record<string, string>;
  remove(): Promise<void>;
}

/**
 * Creates a home folder that trusts the stand-in's certificate. `worker` numbers Playwright's workers from 0.
 */
export async function makePackageEnvironment(worker: number): Promise<PackageEnvironment> {
  const host = `127.0.0.${10 + worker}`;
  const tls = await selfSigned('api.cloudflare.com');
  const home = await mkdtemp(join(tmpdir(), 'letterhead-home-'));
  const hosts = join(home, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost\n${host} api.cloudflare.com\n`);
  const cookie = join(home, '.Xauthority');
  copyFileSync(process.env['XAUTHORITY']!, cookie);
  const font = ['gtk-3.0', 'settings.ini'];
  mkdirSync(join(home, '.config', 'gtk-3.0'), { recursive: true });
  copyFileSync(join(process.env['XDG_CONFIG_HOME']!, ...font), join(home, '.config', ...font));
  for (const path of [home, cookie, join(home, '.config')]) giveToAppUser(path);
  trust(home, appUser!, tls.cert);
  return {
    standin: { host, port: 443, tls },
    env: { HOME: home, XAUTHORITY: cookie, LETTERHEAD_E2E_HOSTS: hosts },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** Drops the XDG folders of the session, which belong to another user. */
export const withoutXdgFolders = (env: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('XDG_')));
