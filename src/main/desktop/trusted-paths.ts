/**
 * Corrects the environment of a packaged build on Linux before anything reads it: where the person's folders are, and
 * where the keychain is. With a planted home folder, the certificate store in `.pki/nssdb` made the network process
 * accept a foreign certificate and send the API key to another server; with another bus, someone else's program would
 * be the keychain (both seen on the package). Other variables are left alone: who can set them can also load code into
 * the app (`LD_PRELOAD`), before its first line.
 */
import { realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve, sep } from 'node:path';

/** Folders of the person: our data, certificates, caches. Each has a default below the home folder. */
export const OWN_FOLDERS: readonly string[] = [
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_CACHE_HOME',
  'XDG_STATE_HOME',
];

/** The address of the D-Bus bus through which the keychain is reached. */
const SESSION_BUS = 'DBUS_SESSION_BUS_ADDRESS';

/** User id of root. */
const ROOT = 0;

/** The account the app runs as. */
export interface Account {
  uid: number;
  /** The home folder according to the account database, whatever HOME says; null if the account is not in it. */
  home: string | null;
}

/** The account of this process. */
function ownAccount(): Account {
  const uid = process.getuid!();
  try {
    return { uid, home: userInfo().homedir };
  } catch {
    return { uid, home: null };
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

/** Whether a path is in the home folder. It need not exist. */
function isInHome(path: string, home: string): boolean {
  const isBelow = (top: string): boolean => `${resolve(path)}${sep}`.startsWith(`${top}${sep}`);
  // On some systems /home is a link, and both names are in use.
  return (
    path.startsWith(sep) && (isBelow(resolve(home)) || holds(() => isBelow(realpathSync(home))))
  );
}

/**
 * Whether a D-Bus address is a socket of the person or of root. Every other kind is refused: a TCP port and an abstract
 * socket have no owner, and `unixexec:` starts a program.
 */
function isTrustedBus(address: string | undefined, uid: number): boolean {
  const path = /^unix:path=(\/[^,;%]+)(?:,guid=[0-9a-f]+)?$/.exec(address ?? '')?.[1];
  return holds(() => {
    const found = statSync(path!);
    return found.isSocket() && (found.uid === uid || found.uid === ROOT);
  });
}

/**
 * Sets HOME to the home folder of the account, and corrects the variables above. Never fails.
 * @param env the process's environment; changed in place, so that libraries and child processes see the change
 */
export function correctPaths(env: NodeJS.ProcessEnv, account: Account = ownAccount()): void {
  const { uid } = account;
  const isFolder = (path: string): boolean => holds(() => statSync(path).isDirectory());
  const isOwned = (path: string): boolean => holds(() => statSync(path).uid === uid);
  // Accounts of containers and services may have none. Without HOME, Chromium would use /tmp.
  const candidates = [account.home, isOwned(env['HOME'] ?? '') ? env['HOME'] : null];
  const home = candidates.find((path) => path && isFolder(path)) ?? '/nonexistent';
  env['HOME'] = home;
  for (const name of OWN_FOLDERS) {
    if (!isInHome(env[name] ?? '', home)) delete env[name];
  }
  // Only the system can create this folder. Without an address, GLib would ask a program where the bus is.
  if (!isTrustedBus(env[SESSION_BUS], uid)) env[SESSION_BUS] = `unix:path=/run/user/${uid}/bus`;
}
