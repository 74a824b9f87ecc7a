/**
 * Corrects the environment of a packaged build on Linux before anything reads it: the home folder, and variables that
 * name folders, sockets and libraries. With a planted home folder, the certificate store in `.pki/nssdb` made the
 * network process accept a foreign certificate and send the API key to another server (seen on the package).
 * The account database says where the home folder is. Everything else has to be inside it, or belong to root.
 */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, resolve } from 'node:path';

/** Folders of the person. Each has a default below the home folder. */
export const OWN_FOLDERS: readonly string[] = [
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_CACHE_HOME',
  'XDG_STATE_HOME',
];

/** Lists of folders with programs, menu entries and settings. People have some of their own, such as `~/bin`. */
export const SEARCH_PATHS: readonly string[] = ['PATH', 'XDG_CONFIG_DIRS', 'XDG_DATA_DIRS'];

/**
 * Lists of files and folders from which libraries load code or trusted certificates. Some distributions set them,
 * always to paths of the system. Paths in the home folder do not count: an unpacked archive may have put them there.
 */
export const SYSTEM_PATHS: readonly string[] = [
  // Certificates.
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  // GTK and GLib.
  'GTK_PATH',
  'GTK_EXE_PREFIX',
  'GTK_IM_MODULE_FILE',
  'GDK_PIXBUF_MODULE_FILE',
  'GDK_PIXBUF_MODULEDIR',
  'GIO_MODULE_DIR',
  'GIO_EXTRA_MODULES',
  'GSETTINGS_SCHEMA_DIR',
  'LIBDECOR_PLUGIN_DIR',
  // Qt, which Chromium loads on KDE.
  'QT_PLUGIN_PATH',
  'QT_QPA_PLATFORM_PLUGIN_PATH',
  // The loader, for child processes. It has loaded our own libraries before the first line runs.
  'LD_LIBRARY_PATH',
  'LD_AUDIT',
  // The C library: character sets and locales.
  'GCONV_PATH',
  'LOCPATH',
  // Graphics and sound.
  'LIBGL_DRIVERS_PATH',
  'GBM_BACKENDS_PATH',
  'LIBVA_DRIVERS_PATH',
  'VDPAU_DRIVER_PATH',
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'VK_ADD_DRIVER_FILES',
  'VK_LAYER_PATH',
  'VK_ADD_LAYER_PATH',
  'VK_IMPLICIT_LAYER_PATH',
  'VK_ADD_IMPLICIT_LAYER_PATH',
  '__EGL_VENDOR_LIBRARY_FILENAMES',
  '__EGL_VENDOR_LIBRARY_DIRS',
  '__EGL_EXTERNAL_PLATFORM_CONFIG_FILENAMES',
  '__EGL_EXTERNAL_PLATFORM_CONFIG_DIRS',
  'ALSA_CONFIG_PATH',
  'ALSA_CONFIG_DIR',
  'ALSA_PLUGIN_DIR',
];

/** Folders for temporary files. Others could replace a file between two uses. */
export const TEMPORARY_FOLDERS: readonly string[] = ['TMPDIR', 'TMP', 'TEMP', 'SQLITE_TMPDIR'];
const SHARED_TEMPORARY: readonly string[] = ['/tmp', '/var/tmp'];

/** Names of graphics drivers. Libraries make a path of them, so they must not contain one. */
export const DRIVER_NAMES: readonly string[] = [
  'LIBVA_DRIVER_NAME',
  'VDPAU_DRIVER',
  'GBM_BACKEND',
  'MESA_LOADER_DRIVER_OVERRIDE',
  'GALLIUM_DRIVER',
  '__GLX_VENDOR_LIBRARY_NAME',
];
const PLAIN_NAME = /^[\w-]+$/;

/** Addresses of D-Bus buses. Through the first, the keychain is reached. */
const SESSION_BUS = 'DBUS_SESSION_BUS_ADDRESS';
const ACCESSIBILITY_BUS = 'AT_SPI_BUS_ADDRESS';
const SYSTEM_BUS = 'DBUS_SYSTEM_BUS_ADDRESS';

/** User id of root. */
const ROOT = 0;
/** Bits of a mode: writable for the group, writable for everyone, entries are safe from others, no one else at all. */
const GROUP_WRITES = 0o020;
const EVERYONE_WRITES = 0o002;
const STICKY = 0o1000;
const ANYONE_ELSE = 0o077;

/** The account the app runs as. */
export interface Account {
  uid: number;
  gid: number;
  /** The home folder according to the account database, whatever HOME says; null if the account is not in it. */
  home: string | null;
}

/** The account of this process. */
function ownAccount(): Account {
  const [uid, gid] = [process.getuid!(), process.getgid!()];
  try {
    return { uid, gid, home: userInfo().homedir };
  } catch {
    return { uid, gid, home: null };
  }
}

/** `work`'s result; false if it throws, for example because a path does not exist or may not be read. */
function holds(work: () => boolean): boolean {
  try {
    return work();
  } catch {
    return false;
  }
}

/** The path and the folders above it, up to `top` or the root. */
function* withParents(path: string, top?: string): Generator<string> {
  for (let at = path; at !== top; at = dirname(at)) {
    yield at;
    if (at === dirname(at)) return;
  }
}

/**
 * Whether only root and `account` can change a file or folder. Without an account, only root may.
 * @param above whether it is only a folder above the one in question; there, /tmp is safe
 */
function isProtected(path: string, account: Account | null, above: boolean): boolean {
  const found = lstatSync(path);
  if (found.uid !== ROOT && found.uid !== account?.uid) return false;
  // The mode of a link means nothing, and that of a socket says who may connect.
  if (!found.isFile() && !found.isDirectory()) return true;
  if ((found.mode & EVERYONE_WRITES) !== 0) return above && (found.mode & STICKY) !== 0;
  if ((found.mode & GROUP_WRITES) === 0 || found.uid === ROOT) return true;
  // On many systems each person has a group of their own, with the same number.
  return found.gid === account?.gid && found.gid === found.uid;
}

/** Whether only root and `account` can change what is at an absolute path, or replace it. It need not exist. */
function isTrusted(path: string, account: Account | null, home?: string): boolean {
  return holds(() => {
    if (!isAbsolute(path)) return false;
    const existing = [...withParents(resolve(path))].find((at) => holds(() => !!lstatSync(at)))!;
    const isSafe = (start: string, top?: string): boolean =>
      [...withParents(start, top)].every((at) => isProtected(at, account, at !== start));
    const real = realpathSync(existing);
    return isSafe(existing, home) && isSafe(real, home && realpathSync(home));
  });
}

/** Whether a path is in the home folder, and only the person can change what is there. */
function isOwn(path: string, account: Account, home: string): boolean {
  const isBelow = (top: string): boolean =>
    isAbsolute(path) &&
    [...withParents(resolve(path))].includes(top) &&
    isTrusted(path, account, top);
  // On some systems /home is a link, and both names are in use.
  return holds(() => isBelow(resolve(home)) || isBelow(realpathSync(home)));
}

/**
 * Whether a D-Bus address is a socket of `account` or of root. Every other kind is refused: a TCP port and an abstract
 * socket have no owner, and `unixexec:` starts a program.
 */
function isTrustedBus(address: string | undefined, account: Account | null): boolean {
  const path = /^unix:path=(\/[^,;%]+)(?:,guid=[0-9a-f]+)?$/.exec(address ?? '')?.[1];
  return !!path && isTrusted(path, account) && holds(() => statSync(path).isSocket());
}

/** A folder for sockets, as the XDG specification wants it: only its owner has access. */
function isTrustedRuntime(path: string, account: Account): boolean {
  const isPrivate = (): boolean => (statSync(path).mode & ANYONE_ELSE) === 0;
  return isTrusted(path, account) && holds(isPrivate);
}

/**
 * Sets HOME to the home folder of the account, and removes values of the variables above that cannot be trusted. Never
 * fails.
 * @param env the process's environment; changed in place, so that libraries and child processes see the change
 */
export function correctPaths(env: NodeJS.ProcessEnv, account: Account = ownAccount()): void {
  const { uid } = account;
  const isFolder = (path: string): boolean => holds(() => statSync(path).isDirectory());
  // Accounts of containers and services may have none. Without HOME, Chromium would use /tmp.
  const candidates = [account.home, isTrusted(env['HOME'] ?? '', account) ? env['HOME'] : null];
  const home = candidates.find((path) => path && isFolder(path)) ?? '/nonexistent';
  env['HOME'] = home;

  const keep = (name: string, isAllowed: (value: string) => boolean): void => {
    const value = env[name];
    if (value !== undefined && !isAllowed(value)) delete env[name];
  };
  const keepEach = (name: string, isAllowed: (path: string) => boolean): void => {
    const value = env[name];
    if (value === undefined) return;
    const left = value.split(':').filter(isAllowed).join(':');
    if (left === '') delete env[name];
    else env[name] = left;
  };
  const isSystem = (path: string): boolean => isTrusted(path, null);
  for (const name of OWN_FOLDERS) keep(name, (path) => isOwn(path, account, home));
  for (const name of SEARCH_PATHS) {
    keepEach(name, (path) => isSystem(path) || isOwn(path, account, home));
  }
  for (const name of SYSTEM_PATHS) keepEach(name, isSystem);
  for (const name of TEMPORARY_FOLDERS) {
    keep(name, (path) => SHARED_TEMPORARY.includes(path) || isTrusted(path, account));
  }
  for (const name of DRIVER_NAMES) keep(name, (driver) => PLAIN_NAME.test(driver));
  keep('XDG_RUNTIME_DIR', (path) => isTrustedRuntime(path, account));
  keep(ACCESSIBILITY_BUS, (address) => isTrustedBus(address, account));
  keep(SYSTEM_BUS, (address) => isTrustedBus(address, null));
  // Only the system can create this folder. Without an address, GLib would ask a program where the bus is.
  const standard = `unix:path=/run/user/${uid}/bus`;
  if (!isTrustedBus(env[SESSION_BUS], account)) env[SESSION_BUS] = standard;
}
