/** Installs a downloaded version while the app quits, in the way that each kind of build needs. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { autoUpdater } from 'electron';
import type { AppUpdater } from 'electron-updater';
import type { UpdateCapability } from './capability';

/** Installs a downloaded file. */
interface Installer {
  /** Resolves with false if the file has none of the hashes; rejects if it cannot be installed. */
  prepareInstall(file: string, hashes: readonly string[]): Promise<boolean>;
  /** See `createUpdater`. */
  installAndQuit(restart: boolean, quit: () => void): void;
}

/** How long macOS may take to unpack and verify an update, in ms. */
const STAGE_LIMIT_MS = 120_000;

/** Hashes a file with SHA-512, as base64; rejects if it cannot be read. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: 1_048_576 }), hash);
  return hash.digest('base64');
}

const hasOneOf = async (file: string, hashes: readonly string[]): Promise<boolean> =>
  hashes.includes(await hashOf(file));

/**
 * Starts the Windows installer as the last step. The installer waits until this process has ended.
 *
 * @param downloader the instance of electron-updater that downloaded the file; others install nothing
 */
function nsis(downloader: () => AppUpdater): Installer {
  return {
    prepareInstall: hasOneOf,
    installAndQuit(restart, quit) {
      downloader().quitAndInstall(true, restart);
      quit();
    },
  };
}

/** Hands the download to macOS, which compares its signature with that of the running app. */
function stage(): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      const signature = /code.?sign|signature/i.test(error.message);
      reject(signature ? Object.assign(error, { code: 'ERR_UPDATER_INVALID_SIGNATURE' }) : error);
    };
    setTimeout(() => reject(new Error('timed out')), STAGE_LIMIT_MS).unref();
    autoUpdater.once('error', refuse);
    autoUpdater.once('update-downloaded', () => resolve());
    autoUpdater.checkForUpdates();
  });
}

function squirrel(): Installer {
  return {
    async prepareInstall(file, hashes) {
      if (!(await hasOneOf(file, hashes))) return false;
      await stage();
      return true;
    },
    installAndQuit(restart, quit) {
      // `quitAndInstall` quits and relaunches. Without it, macOS installs the update when the app quits.
      if (restart) autoUpdater.quitAndInstall();
      else quit();
    },
  };
}

/**
 * Builds the installer for this build. A build that only reports newer versions installs nothing.
 *
 * @param downloader the instance of electron-updater that downloaded the file
 */
export function createInstaller(
  { installer }: UpdateCapability,
  downloader: () => AppUpdater,
): Installer {
  if (installer === 'nsis') return nsis(downloader);
  if (installer === 'squirrel') return squirrel();
  return {
    prepareInstall: () => Promise.resolve(false),
    installAndQuit: (_restart, quit) => quit(),
  };
}

/** Resolves with null if one of the publishers signed the file, otherwise with the reason for refusing it. */
export type VerifySignature = (publishers: string[], file: string) => Promise<string | null>;

/** How long PowerShell may take to start, in ms. */
const POWERSHELL_LIMIT_MS = 20_000;

/** Checks that PowerShell has the commands that the verification needs; rejects if not. */
async function checkPowerShell(): Promise<void> {
  const command = 'Get-Command Get-AuthenticodeSignature | Out-Null; ConvertTo-Json test';
  const args = ['-NoProfile', '-NonInteractive', '-InputFormat', 'None', '-Command', command];
  await promisify(execFile)('powershell.exe', args, { timeout: POWERSHELL_LIMIT_MS });
}

/**
 * Wraps electron-updater's verification of a Windows signature. When PowerShell does not work,
 * electron-updater accepts the file unverified; this refuses it.
 */
export function refuseUnverified(
  verify: VerifySignature,
  checkTool = checkPowerShell,
): VerifySignature {
  return async (publishers, file) => {
    try {
      await checkTool();
    } catch {
      return 'The signature could not be verified.';
    }
    return verify(publishers, file);
  };
}
