/**
 * Determines what this build can do about newer versions. A build updates itself only if it is signed, so that a wrong
 * file would be refused. All other builds, and all on Linux, only report a newer version.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { UpdateStatus } from '../../shared/updates';

/** What this build can do, and with which installer. */
export interface UpdateCapability extends Pick<UpdateStatus, 'mode' | 'reason'> {
  installer: 'nsis' | 'squirrel' | null;
  /** Absolute path of app-update.yml, which names the update server; written when the app is packaged. */
  config: string;
  /** The URL of the update server. */
  server: string;
}

/** The facts that determine the capability. */
export interface CapabilityOptions {
  packaged: boolean;
  platform: NodeJS.Platform;
  /** Absolute path where app-update.yml would be; null in an unpackaged build without one. */
  config: string | null;
}

/** Hosts that an unpackaged build may contact without TLS, for tests. */
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Matches a configuration that names a publisher, with which electron-updater compares the signature. */
const PUBLISHER = /^publisherName:(?: +(?!null\b|~)\S|\r?\n +- *\S)/m;

/** By host of an update server, the hosts where it keeps its files: GitHub redirects to them. */
const FILE_HOSTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['github.com', ['release-assets.githubusercontent.com', 'objects.githubusercontent.com']],
]);

/** Whether this URL may be an update server: https, or a test's server on this computer. */
export function isAllowedUpdateAddress(address: string, packaged: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (!packaged && LOOPBACK.includes(hostname));
}

/**
 * Whether updates from `server` may send a request to this URL: to the server itself, or where it is known to keep its
 * files. A redirect and the server's metadata can name any other.
 */
export function isAllowedUpdateRequest(url: string, server: string, packaged: boolean): boolean {
  if (!isAllowedUpdateAddress(url, packaged)) return false;
  const { host } = new URL(url);
  const { host: own } = new URL(server);
  return host === own || (FILE_HOSTS.get(own)?.includes(host) ?? false);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Determines the capability from local files, without any request. */
export function capabilityOf(options: CapabilityOptions): UpdateCapability {
  const { packaged, platform, config } = options;
  const unavailable = (reason: UpdateCapability['reason']): UpdateCapability => ({
    mode: 'none',
    reason,
    installer: null,
    config: '',
    server: '',
  });
  if (config === null) return unavailable('development');
  const text = textOf(config);
  const address = /^url: *["']?([^"'\s]+)/m.exec(text)?.[1] ?? '';
  if (!isAllowedUpdateAddress(address, packaged)) return unavailable('no-server');
  const reportsOnly = (reason: UpdateCapability['reason']): UpdateCapability => ({
    mode: 'notify',
    reason,
    installer: null,
    config,
    server: address,
  });
  const selfUpdating = (installer: UpdateCapability['installer']): UpdateCapability => ({
    mode: 'install',
    reason: null,
    installer,
    config,
    server: address,
  });
  if (platform === 'darwin') {
    return existsSync(join(dirname(config), 'signed'))
      ? selfUpdating('squirrel')
      : reportsOnly('unsigned');
  }
  // Only the packages of Windows name a publisher. Without one, electron-updater has nothing to compare the signature
  // with.
  if (PUBLISHER.test(text)) return selfUpdating('nsis');
  return reportsOnly(platform === 'win32' ? 'unsigned' : 'package');
}
