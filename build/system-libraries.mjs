/**
 * The system libraries and programs that Electron and the headless session need on Linux: which are missing,
 * and how to install them on Debian and its relatives.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * Each file and the Debian package that contains it. Debian 13 and Ubuntu 24.04 renamed some packages to
 * …t64; the older name comes second.
 */
const LIBRARIES = [
  { file: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { file: 'libnss3.so', packages: ['libnss3'] },
  { file: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
  { file: 'libgbm.so.1', packages: ['libgbm1'] },
  { file: 'libsecret-1.so.0', packages: ['libsecret-1-0'] },
  { file: 'libnotify.so.4', packages: ['libnotify4'] },
];
const PROGRAMS = [
  // Opens links in the browser; our Debian package depends on it.
  { file: 'xdg-open', packages: ['xdg-utils'] },
  { file: 'Xvfb', packages: ['xvfb'] },
  { file: 'dbus-daemon', packages: ['dbus'] },
  { file: 'dbus-send', packages: ['dbus'] },
  { file: 'gnome-keyring-daemon', packages: ['gnome-keyring'] },
  // Puts a test CA where Chromium looks for company CAs.
  { file: 'certutil', packages: ['libnss3-tools'] },
];
/** For the tests of the installed package, which only root can run. */
const FOR_PACKAGES = [
  { file: 'xdotool', packages: ['xdotool'] },
  { file: 'secret-tool', packages: ['libsecret-tools'] },
  { file: 'ip', packages: ['iproute2'] },
];
/** Optional: without these, screenshots use a poor font and show boxes instead of Chinese. */
const FONTS = [
  { file: 'opentype/inter', packages: ['fonts-inter'] },
  { file: 'truetype/droid', packages: ['fonts-droid-fallback'] },
];
/** Installed as well, because gnome-keyring's other choice of a D-Bus bus would install systemd. */
const ALONG = { 'gnome-keyring': ['dbus-x11'] };

function readLibraryNames() {
  const ldconfig = existsSync('/sbin/ldconfig') ? '/sbin/ldconfig' : 'ldconfig';
  try {
    return execFileSync(ldconfig, ['-p'], { encoding: 'utf8' });
  } catch {
    return null; // without ldconfig we cannot know; Electron will report it
  }
}

/** Whether a program is on the PATH. */
export const hasProgram = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

const fontThere = (folder) => {
  const path = join('/usr/share/fonts', folder);
  return existsSync(path) && readdirSync(path).length > 0;
};

/** Whether apt installs software here. */
export const hasApt = () => hasProgram('apt-get') && hasProgram('apt-cache');

/**
 * @param {{ headless: boolean }} options `headless`: also for a session without a screen
 * @returns {{ file: string, packages: string[] }[]} what is missing; empty except on Linux
 */
export function missingFromSystem({ headless }) {
  if (process.platform !== 'linux') return [];
  const names = readLibraryNames();
  const missing = names === null ? [] : LIBRARIES.filter(({ file }) => !names.includes(`${file} `));
  if (headless) {
    missing.push(...PROGRAMS.filter(({ file }) => !hasProgram(file)));
    if (hasApt() && process.getuid() === 0) {
      missing.push(...FOR_PACKAGES.filter(({ file }) => !hasProgram(file)));
    }
    if (hasApt()) missing.push(...FONTS.filter(({ file }) => !fontThere(file)));
  }
  return missing;
}

const known = (name) =>
  spawnSync('apt-cache', ['show', '--no-all-versions', name], { stdio: 'ignore' }).status === 0;

/**
 * Whether apt has packages for all of these; updates its lists first if necessary.
 * @param {{ file: string, packages: string[] }[]} missing
 */
export async function canInstall(missing) {
  if (!hasApt()) return false;
  const allKnown = () => missing.every(({ packages }) => packages.some(known));
  return allKnown() || (process.getuid() === 0 && (await aptGet(['update'])) && allKnown());
}

/** The names of the packages in this release, and whether its lists must be updated first. */
function choose(missing) {
  const names = missing.map(({ packages }) => packages.find(known));
  const chosen = names.map((name, i) => name ?? missing[i].packages[0]);
  const along = chosen.flatMap((name) => ALONG[name] ?? []);
  return { packages: [...new Set([...chosen, ...along])], update: names.includes(undefined) };
}

/**
 * The command that installs what is missing.
 * @param {{ file: string, packages: string[] }[]} missing from `missingFromSystem`
 */
export function installCommand(missing) {
  const { packages, update } = choose(missing);
  const first = update ? 'sudo apt-get update && ' : '';
  return `${first}sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

async function aptGet(args) {
  const apt = spawn('apt-get', ['-qq', '-o=Dpkg::Use-Pty=0', ...args], {
    // apt's output is progress; stdout is for results.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const [code] = await once(apt, 'exit');
  return code === 0;
}

/**
 * Installs what is missing; requires root.
 * @param {{ file: string, packages: string[] }[]} missing from `missingFromSystem`
 * @returns {Promise<boolean>} whether apt succeeded
 */
export async function installMissing(missing) {
  const install = () =>
    aptGet(['install', '-y', '--no-install-recommends', ...choose(missing).packages]);
  if (choose(missing).update) return (await aptGet(['update'])) && install();
  // Outdated lists name files that the mirror no longer has.
  return (await install()) || ((await aptGet(['update'])) && install());
}

const setuidRoot = (path) => {
  const { uid, mode } = statSync(path);
  return uid === 0 && (mode & 0o4000) !== 0;
};

/**
 * Whether an ordinary user's process may create a user namespace with its rights.
 * @param {{ uid: number, gid: number }} [user] default: this process's own
 */
export function userNamespacesWork({ uid, gid } = {}) {
  const options = { uid, gid, cwd: '/', stdio: 'ignore' };
  const { error, status } = spawnSync('unshare', ['--user', 'true'], options);
  const tried = error ? true : status === 0; // without `unshare` we cannot know; Electron will report it
  return tried && !isRestricted();
}

/**
 * Electron's sandbox needs user namespaces or a helper owned by root. Some systems forbid user namespaces:
 * Ubuntu since 24.04, and many containers.
 * @param {string} executable Electron's
 * @param {{ uid: number, gid: number }} [user] who will run it; default: this process's user
 * @returns {string | null} the command that makes the sandbox work; null if it works already, or for root, who cannot
 *   use it
 */
export function sandboxRepair(executable, user) {
  const helper = join(dirname(executable), 'chrome-sandbox');
  if (process.platform !== 'linux' || !existsSync(helper)) return null;
  if ((user?.uid ?? process.getuid()) === 0) return null;
  if (setuidRoot(helper) || userNamespacesWork(user)) return null;
  return `sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`;
}

/** AppArmor allows creating a namespace but removes its rights, so trying does not reveal it. */
function isRestricted() {
  const path = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
  return existsSync(path) && readFileSync(path, 'utf8').trim() === '1';
}
