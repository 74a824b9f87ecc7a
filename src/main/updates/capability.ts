/**
 * What this build can do about newer versions. A build updates itself only where a wrong file would be
 * refused: by its signature on Windows and macOS, by its hash alone as an AppImage. All others only tell.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Outcome } from '../../shared/failure';
import type { UpdateStatus } from '../../shared/updates';

/** What this build can do, and by which installer. */
export interface UpdateCapability extends Pick<UpdateStatus, 'way' | 'why'> {
  installer: 'nsis' | 'squirrel' | 'appimage' | null;
  /** The file that says where the update server is; written when the app was packaged. */
  config: string;
}

/** What it is found out from. */
export interface CapabilityOptions {
  packaged: boolean;
  platform: NodeJS.Platform;
  /** Where app-update.yml would be, or null: an unpackaged build that was not given one. */
  config: string | null;
  env: NodeJS.ProcessEnv;
  execPath: string;
}

/** Hosts an unpackaged build may ask without TLS. */
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** That a publisher is named, with whom electron-updater then compares a signature. */
const PUBLISHER = /^publisherName:(?: +(?!null\b|~)\S|\r?\n +- *\S)/m;

/** Whether a request for updates may go to this address: https, or a test's own server. */
export function mayAsk(address: string, packaged: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (!packaged && LOOPBACK.includes(hostname));
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

/** The AppImage this process runs from, or null. A variable that another program left is not believed. */
export function appImageOf({
  env,
  execPath,
}: Pick<CapabilityOptions, 'env' | 'execPath'>): string | null {
  const { APPIMAGE: file, APPDIR: mount } = env;
  return file && mount && execPath.startsWith(mount + sep) ? file : null;
}

/** Finds out; it looks at files and asks nobody. */
export function capabilityOf(options: CapabilityOptions): UpdateCapability {
  const { packaged, platform, config } = options;
  const none = (why: UpdateCapability['why']): UpdateCapability => ({
    way: 'none',
    why,
    installer: null,
    config: '',
  });
  if (config === null) return none('development');
  const text = textOf(config);
  const address = /^url: *["']?([^"'\s]+)/m.exec(text)?.[1] ?? '';
  if (!mayAsk(address, packaged)) return none('no-server');
  const tells = (why: UpdateCapability['why']): UpdateCapability => ({
    way: 'tells',
    why,
    installer: null,
    config,
  });
  const itself = (installer: UpdateCapability['installer']): UpdateCapability => ({
    ...{ way: 'itself', why: null, installer, config },
  });
  // Without the name electron-updater would hold a signature against nothing.
  if (platform === 'win32') return PUBLISHER.test(text) ? itself('nsis') : tells('unsigned');
  if (platform === 'darwin') {
    return existsSync(join(dirname(config), 'signed')) ? itself('squirrel') : tells('unsigned');
  }
  const image = appImageOf(options);
  if (image === null) return tells('package');
  return isWritable(dirname(image)) ? itself('appimage') : tells('folder');
}

/** Finds, downloads and installs newer versions. It does nothing by itself, and never rejects. */
export interface Updater {
  /**
   * Asks the update server for a newer released version. Null when there is none. Fails with
   * `updates.*`; with `updates.wrong-hash` when one is announced without its hash.
   */
  look(signal: AbortSignal): Promise<Outcome<string | null>>;
  /** Downloads what `look` found, and holds it against hash and signature. Fails with `updates.*`. */
  download(signal: AbortSignal): Promise<Outcome<null>>;
  /**
   * Holds what was downloaded against its hash once more and puts it where the next start finds it, as
   * far as that is possible while this process runs. Fails with `updates.*`; then nothing has changed.
   */
  putInPlace(): Promise<Outcome<null>>;
  /**
   * The last thing this process does after `putInPlace`: hands over to an installer, starts what is new
   * if `restart` says so, and calls `quit`.
   */
  leave(restart: boolean, quit: () => void): void;
}
