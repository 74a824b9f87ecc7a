/** Which failure an error of electron-updater, of the network or of the disk is. */
import type { FailureCode } from '../../shared/failure';

const CODES: Readonly<Record<string, FailureCode>> = {
  ERR_CHECKSUM_MISMATCH: 'updates.wrong-hash',
  ERR_UPDATER_NO_CHECKSUM: 'updates.wrong-hash',
  ERR_UPDATER_INVALID_SIGNATURE: 'updates.wrong-signature',
};

/** What of an error's text says that the server was not reached, or the way to it broke off. */
const NOT_REACHED = /net::|aborted|cancel|timed out|Redirect|too many redirects/i;

/** The code; whatever is not known came from a server that answers something else than it should. */
export function updateFailure(error: unknown): FailureCode {
  const { code, message, syscall } = error as Partial<NodeJS.ErrnoException>;
  const known = code === undefined ? undefined : CODES[code];
  if (known) return known;
  // The network is Chromium's: what names a call of the system comes from the disk.
  if (syscall !== undefined) return 'updates.not-kept';
  return NOT_REACHED.test(String(message)) ? 'updates.unreachable' : 'updates.unreadable';
}
