/** Types of keyring.mjs, for the tests in TypeScript. */

/**
 * - `unlocked`: an empty keyring, open.
 * - `locked`: an empty, locked keyring; no one can be asked for its password.
 * - `none`: a session bus without a keyring service.
 * - `no-bus`: no session bus.
 */
export type KeyringState = 'unlocked' | 'locked' | 'none' | 'no-bus';

export interface KeyringOptions {
  state: KeyringState;
  /**
   * `DISPLAY` and `XAUTHORITY` for the system's unlock window. With it, a locked keyring asks for its password,
   * and calls wait for the answer. Without it, calls to a locked keyring fail immediately.
   */
  display?: { DISPLAY: string; XAUTHORITY?: string };
  /** The user who owns the keyring; the current user by default. Only root may choose another. */
  owner?: { uid: number; gid: number };
}

export interface Keyring {
  /** Variables for a process that uses this keyring, on top of its environment. */
  env: { DBUS_SESSION_BUS_ADDRESS: string; XDG_RUNTIME_DIR: string; GNOME_KEYRING_CONTROL: string };
  /** Process id of gnome-keyring-daemon; undefined in states without one. */
  daemonPid: number | undefined;
  /** Stops the daemon (SIGSTOP): every call to it hangs. */
  freeze(): void;
  /** Resumes a frozen daemon. */
  thaw(): void;
  /** Locks the keyring, as a screen lock may; its entries stay. */
  lock(): Promise<void>;
  /** Unlocks the keyring without asking, as the login screen does. */
  unlock(): Promise<void>;
  /**
   * With `display`: closes the unlock window like a person who refuses. Rejects if none is open (yet).
   */
  closePrompt(): Promise<void>;
  /** Kills the daemon: the service is gone, the bus stays. */
  kill(): Promise<void>;
  /** Stops everything and removes the keyring's folder. Works in any state. */
  stop(): Promise<void>;
}

/** Starts a private keyring; rejects with a sentence if a required program is not installed. */
export function startKeyring(options: KeyringOptions): Promise<Keyring>;
