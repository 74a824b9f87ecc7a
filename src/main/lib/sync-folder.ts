/** Makes renames in a folder survive a power failure. */
import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Writes a folder's entries to the disk; does nothing on Windows, which cannot. Throws errors of the file system. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
