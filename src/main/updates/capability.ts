/**
 * Determines what this build can do about newer versions. A build updates itself only if a wrong file would be
 * refused: by its signature on Windows and macOS, by its hash as an AppImage. All other builds only report a newer
 * version. Also contains the interface of the updater, whose code is loaded later (electron-updater-adapter.ts).
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Outcome } from '../../shared/outcome';
import type { UpdateStatus } from '../../shared/updates';

/** What this build can do, and with which installer. */
export interface UpdateCapability extends Pick<UpdateStatus, 'mode' | 'reason'> {
  installer: 'nsis' | 'squirrel' | 'appimage' | null;
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
  env: NodeJS.ProcessEnv;
  execPath: string;
  /** The mounts of this process, as Linux lists them; tests replace the list. */
  mounts?: string;
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

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether a folder is the mount point of a FUSE file system, as that of a running AppImage is. */
function isImageMount(folder: string, mounts: string): boolean {
  // Format: id, parent, device, root, mount point, options…, "-", type, … White space in a path is written as \040.
  return mounts.split('\n').some((line) => {
    const [before = '', type = ''] = line.split(' - ');
    const point = before
      .split(' ')[4]
      ?.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    return point === folder && type.startsWith('fuse');
  });
}

/** What every AppImage has in its ELF header, at byte 8: "AI" and the format's version, 2. */
const IMAGE_MAGIC = 'AI\x02';

/** Whether a file is an AppImage. */
function isImage(path: string): boolean {
  try {
    // Opening a pipe would wait for its writer.
    if (!lstatSync(path).isFile()) return false;
    const handle = openSync(path, 'r');
    try {
      const found = Buffer.alloc(IMAGE_MAGIC.length);
      readSync(handle, found, 0, found.length, 8);
      return found.toString('latin1') === IMAGE_MAGIC;
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}

/**
 * Path of the AppImage that this process runs from, or null. An update replaces this file. The variables alone prove
 * nothing: they may be inherited from another AppImage, or name any file. So the executable must be inside the mount
 * point, and in a packaged build the mount and the file must be those of an AppImage.
 */
export function appImageOf({
  packaged,
  env,
  execPath,
  mounts = textOf('/proc/self/mountinfo'),
}: Pick<CapabilityOptions, 'packaged' | 'env' | 'execPath' | 'mounts'>): string | null {
  const { APPIMAGE: file, APPDIR: mount } = env;
  if (!file || !mount || !execPath.startsWith(mount + sep)) return null;
  return !packaged || (isImageMount(mount, mounts) && isImage(file)) ? file : null;
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
  // Without a publisher's name, electron-updater has nothing to compare the signature with.
  if (platform === 'win32')
    return PUBLISHER.test(text) ? selfUpdating('nsis') : reportsOnly('unsigned');
  if (platform === 'darwin') {
    return existsSync(join(dirname(config), 'signed'))
      ? selfUpdating('squirrel')
      : reportsOnly('unsigned');
  }
  const image = appImageOf(options);
  if (image === null) return reportsOnly('package');
  return isWritable(dirname(image)) ? selfUpdating('appimage') : reportsOnly('folder');
}

/** Finds, downloads and installs newer versions, each only when called. Never rejects. */
export interface Updater {
  /**
   * Asks the update server for a newer released version; null when there is none. Fails with `updates.*`, which is
   * `updates.wrong-hash` when the server announces a version without a hash.
   */
  check(signal: AbortSignal): Promise<Outcome<string | null>>;
  /** Downloads what `check` found, and verifies hash and signature. Fails with `updates.*`. */
  download(signal: AbortSignal): Promise<Outcome<null>>;
  /**
   * Verifies the hash of the download once more and installs it, as far as that is possible while this
   * process runs. Fails with `updates.*`; then nothing has changed.
   */
  prepareInstall(): Promise<Outcome<null>>;
  /**
   * The last action of this process after `prepareInstall`: starts the installer where there is one, starts the
   * new version if `restart` is set, and calls `quit`.
   */
  installAndQuit(restart: boolean, quit: () => void): void;
}
