/**
 * The same tests on a packaged app (`npm run test:e2e:package`): one that differs from what is shipped by
 * the one fuse Playwright needs, in a network of its own, as an ordinary user. It takes no variable that
 * points it at a stand-in, so the stand-in speaks TLS as api.cloudflare.com, at an address of this worker.
 */
import { chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trust } from '../../package/support/trust';
import type { StandinOptions } from '../../standin';
import { selfSigned } from '../../standin/self-signed';

const { LETTERHEAD_E2E_PACKAGE, LETTERHEAD_E2E_UID, LETTERHEAD_E2E_GID } = process.env;

/** As whom the app runs; nothing when the tests run on the build in `out/`. */
export const owner = LETTERHEAD_E2E_PACKAGE
  ? { uid: Number(LETTERHEAD_E2E_UID), gid: Number(LETTERHEAD_E2E_GID) }
  : undefined;

/** Program to start instead of Electron. */
export const launcher = join(import.meta.dirname, 'in-package.sh');

/** Name of our entries in the keychain. */
export const SERVICE = owner ? 'Letterhead' : 'Letterhead (development)';

/** Gives a file or folder to the user as whom the app runs. */
export function give(path: string): void {
  if (owner) chownSync(path, owner.uid, owner.gid);
}

/** What a worker's stand-in is started with, and a home folder from which the app finds it. */
export interface Environment {
  standin: StandinOptions;
  env: Record<string, string>;
  remove(): Promise<void>;
}

/** Makes them. */
export async function surroundings(worker: number): Promise<Environment> {
  const host = `127.0.0.${10 + worker}`;
  const tls = selfSigned('api.cloudflare.com');
  const home = await mkdtemp(join(tmpdir(), 'letterhead-home-'));
  const hosts = join(home, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost\n${host} api.cloudflare.com\n`);
  const cookie = join(home, '.Xauthority');
  copyFileSync(process.env['XAUTHORITY']!, cookie);
  const font = ['gtk-3.0', 'settings.ini'];
  mkdirSync(join(home, '.config', 'gtk-3.0'), { recursive: true });
  copyFileSync(join(process.env['XDG_CONFIG_HOME']!, ...font), join(home, '.config', ...font));
  for (const path of [home, cookie, join(home, '.config')]) give(path);
  trust(home, owner!, tls.cert);
  return {
    standin: { host, port: 443, tls },
    env: { HOME: home, XAUTHORITY: cookie, LETTERHEAD_E2E_HOSTS: hosts },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** The app's environment: nothing of the session's folders, which belong to somebody else. */
export const withoutFolders = (env: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('XDG_')));
