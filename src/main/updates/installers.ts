/** How each kind of build installs what was downloaded, while the app quits and its window is closed. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { app, autoUpdater } from 'electron';
import type { AppUpdater } from 'electron-updater';
import { hashOf, replaceImage, startImage } from './appimage';
import { appImageOf, type UpdateCapability, type Updater } from './capability';

/** Installs a file. */
interface Installer extends Pick<Updater, 'leave'> {
  /** Gives false where the file has none of the hashes; rejects where it cannot be installed. */
  putInPlace(file: string, hashes: readonly string[]): Promise<boolean>;
}

/** Longest time macOS may take to unpack and look at an update, in ms. */
const STAGE_LIMIT_MS = 120_000;

const hasOneOf = async (file: string, hashes: readonly string[]): Promise<boolean> =>
  hashes.includes(await hashOf(file));

/** The file is replaced at once: the image that runs stays mounted until this process has ended. */
function appImage(): Installer {
  const image = appImageOf(process) ?? '';
  return {
    putInPlace: (file, hashes) => replaceImage(image, file, hashes),
    leave(restart, quit) {
      if (restart) {
        // The new process must not find this one in its way.
        app.releaseSingleInstanceLock();
        startImage(image, process.argv.slice(1), process.env);
      }
      quit();
    },
  };
}

/** The installer of Windows is started last; it waits until this process has ended. */
function nsis(updater: () => AppUpdater): Installer {
  return {
    putInPlace: hasOneOf,
    leave(restart, quit) {
      updater().quitAndInstall(true, restart);
      quit();
    },
  };
}

/** macOS compares the signature with the running app's when it takes the file over. */
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
    async putInPlace(file, hashes) {
      if (!(await hasOneOf(file, hashes))) return false;
      await stage();
      return true;
    },
    leave(restart, quit) {
      // This quits by itself, and starts again; without it what was taken over is installed at the end.
      if (restart) autoUpdater.quitAndInstall();
      else quit();
    },
  };
}

/** The installer of this build; one that only tells has none. */
export function createInstaller(
  { installer }: UpdateCapability,
  updater: () => AppUpdater,
): Installer {
  if (installer === 'appimage') return appImage();
  if (installer === 'nsis') return nsis(updater);
  if (installer === 'squirrel') return squirrel();
  return { putInPlace: () => Promise.resolve(false), leave: (_restart, quit) => quit() };
}

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
