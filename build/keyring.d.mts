/** Types of keyring.mjs, for the tests in TypeScript. */

/**
 * - `unlocked`: an empty keyring, open.
 * - `locked`: an empty keyring that exists and is locked; nobody can be asked for its password.
 * - `none`: a session bus without any keyring service.
 * - `no-bus`: not even a session bus.
 */
export type KeyringState = 'unlocked' | 'locked' | 'none' | 'no-bus';

export interface KeyringOptions {
  state: KeyringState;
  /**
   * `DISPLAY` and `XAUTHORITY` to show the system's unlock window on. With it a locked keyring asks
   * for its password and calls stay pending meanwhile; without it the asking fails at once.
   */
  display?: { DISPLAY: string; XAUTHORITY?: string };
  /** Whose keyring it is, when not that of the user who starts it; only root may choose. */
  owner?: { uid: number; gid: number };
}

export interface Keyring {
  /** What a process that shall use this keyring gets on top of its environment. */
  env: { DBUS_SESSION_BUS_ADDRESS: string; XDG_RUNTIME_DIR: string; GNOME_KEYRING_CONTROL: string };
  /** Process id of gnome-keyring-daemon; undefined in the states without one. */
  daemonPid: number | undefined;
  /** Stops the daemon (SIGSTOP): every call to it hangs from now on. */
  freeze(): void;
  /** Lets a frozen daemon go on. */
  thaw(): void;
  /** Locks the keyring, as a screen lock may; its entries stay. */
  lock(): Promise<void>;
  /** Unlocks it without asking, as the login screen does. */
  unlock(): Promise<void>;
  /**
   * With `display`: closes the unlock window that is open, as a person who refuses. Rejects when
   * there is none (yet).
   */
  closePrompt(): Promise<void>;
  /** Ends the daemon for good: the service is gone, the bus stays. */
  kill(): Promise<void>;
  /** Ends everything and removes its folder, from any state. */
  stop(): Promise<void>;
}

/** Starts a keyring of its own; rejects with a sentence when a program for it is not installed. */
export function startKeyring(options: KeyringOptions): Promise<Keyring>;
