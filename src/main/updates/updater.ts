/** What talks to the update server and installs, as the rest sees it: nothing here knows Electron. */
import type { Outcome } from '../../shared/failure';

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
