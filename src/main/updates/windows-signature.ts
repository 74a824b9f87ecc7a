/**
 * The signature of a Windows installer. electron-updater compares it by PowerShell, and where
 * PowerShell cannot say anything it takes the file as it is. Here such a file is refused.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Null when a file is signed by one of these publishers, otherwise why it is not taken. */
export type Verify = (publishers: string[], file: string) => Promise<string | null>;

const LIMIT_MS = 20_000;

/** Asks PowerShell for what the comparison needs; rejects where it cannot. */
async function askPowerShell(): Promise<void> {
  const command = 'Get-Command Get-AuthenticodeSignature | Out-Null; ConvertTo-Json test';
  const words = ['-NoProfile', '-NonInteractive', '-InputFormat', 'None', '-Command', command];
  await promisify(execFile)('powershell.exe', words, { timeout: LIMIT_MS });
}

/** `compare`, asked only where it can say something. */
export function verifyOrRefuse(compare: Verify, canCompare = askPowerShell): Verify {
  return async (publishers, file) => {
    try {
      await canCompare();
    } catch {
      return 'The signature could not be looked at.';
    }
    return compare(publishers, file);
  };
}
