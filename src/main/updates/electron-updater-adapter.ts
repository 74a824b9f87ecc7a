/**
 * Implements `Updater` with the library electron-updater, which checks, downloads and verifies. update-service.ts
 * decides when. This file and its imports are a separate chunk of the built app, loaded before the first request
 * to the update server.
 */
import type { ClientRequest } from 'electron';
import {
  AppUpdater,
  CancellationToken,
  MacUpdater,
  NsisUpdater,
  type UpdateInfo,
} from 'electron-updater';
import type { FailureCode } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';
import { isAllowedUpdateRequest, type UpdateCapability } from './capability';
import { createInstaller, refuseUnverified } from './installers';

/** Failure codes by error code of electron-updater. */
const CODE_OF: Readonly<Record<string, FailureCode>> = {
  ERR_CHECKSUM_MISMATCH: 'updates.wrong-hash',
  ERR_UPDATER_NO_CHECKSUM: 'updates.wrong-hash',
  ERR_UPDATER_INVALID_SIGNATURE: 'updates.wrong-signature',
};

/** Matches messages of errors where the server was not reached or the connection was lost. */
const NOT_REACHED = /net::|aborted|cancel|timed out|Redirect|too many redirects/i;

/** The failure code of an error. Unknown errors count as an unexpected response of the server. */
export function updateFailure(error: unknown): FailureCode {
  const { code, message, syscall } = error as Partial<NodeJS.ErrnoException>;
  const known = code === undefined ? undefined : CODE_OF[code];
  if (known) return known;
  // Chromium does all networking, so an error that names a system call comes from the disk.
  if (syscall !== undefined) return 'updates.not-saved';
  return NOT_REACHED.test(String(message)) ? 'updates.unreachable' : 'updates.unreadable';
}

/** The private part of electron-updater that makes its requests. */
interface RequestingUpdater {
  httpExecutor: { createRequest(...args: unknown[]): ClientRequest };
}

/** Tracks the requests of electron-updater, which cannot abort them. Returns a function that aborts the running ones. */
function trackRequests(updater: AppUpdater): () => void {
  const { httpExecutor } = updater as unknown as RequestingUpdater;
  const create = httpExecutor.createRequest.bind(httpExecutor);
  const running = new Set<ClientRequest>();
  httpExecutor.createRequest = (...args) => {
    const request = create(...args);
    running.add(request);
    const onEnd = (): void => void running.delete(request);
    // Not on `close`, which is emitted as soon as the request has been sent.
    request.on('error', onEnd);
    request.on('abort', onEnd);
    request.on('response', (response) => response.on('end', onEnd));
    return request;
  };
  return () => {
    for (const request of running) request.abort();
  };
}

/** Matches released versions; previews are never installed automatically. */
const RELEASED = /^\d+\.\d+\.\d+$/;

/** Sent in place of the id that electron-updater would generate for each installation. */
const ANONYMOUS_ID = '00000000-0000-0000-0000-000000000000';

/** The updater of a build that only reports newer versions: it can neither download nor install. */
class CheckOnlyUpdater extends AppUpdater {
  constructor() {
    super(null);
  }

  protected override doDownloadUpdate(): Promise<never> {
    return Promise.reject(new Error('This build cannot download updates.'));
  }

  override quitAndInstall(): void {}
}

function createAppUpdater({ installer }: UpdateCapability): AppUpdater {
  if (installer === 'squirrel') return new MacUpdater();
  if (installer !== 'nsis') return new CheckOnlyUpdater();
  const updater = new NsisUpdater();
  updater.disableWebInstaller = true;
  updater.verifyUpdateCodeSignature = refuseUnverified(updater.verifyUpdateCodeSignature);
  return updater;
}

/**
 * Configures electron-updater: where it looks for updates, and that it does and sends nothing on its own.
 */
function configure(
  updater: AppUpdater,
  { config, server }: UpdateCapability,
  packaged: boolean,
): void {
  updater.logger = null;
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowPrerelease = false;
  updater.allowDowngrade = false;
  updater.forceDevUpdateConfig = !packaged;
  updater.updateConfigPath = config;
  Object.assign(updater, { stagingUserIdPromise: { value: Promise.resolve(ANONYMOUS_ID) } });
  // We never provide a password; without a callback the request would wait forever.
  updater.on('login', (_info, answer) => (answer as () => void)());
  updater.netSession.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !isAllowedUpdateRequest(url, server, packaged) }),
  );
}

/** Whether a value has the form of a hash as update servers announce it: SHA-512, 64 bytes in base64. */
export function isHash(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9+/]{86}==$/.test(text);
}

/** The announced hashes of a version; null when a file is announced without one. */
function hashesOf({ files }: UpdateInfo): string[] | null {
  const hashes = (files ?? []).map(({ sha512 }) => sha512);
  return hashes.length > 0 && hashes.every(isHash) ? hashes : null;
}

/** Settles as `work` does. If `signal` aborts first, calls `stop` and rejects. */
async function abortable<T>(signal: AbortSignal, stop: () => void, work: Promise<T>): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      stop();
      reject(new Error('aborted'));
    };
  });
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}

/** Builds the updater of this build. */
export function createUpdater(capability: UpdateCapability, packaged: boolean) {
  const newAppUpdater = (): AppUpdater => {
    const appUpdater = createAppUpdater(capability);
    configure(appUpdater, capability, packaged);
    return appUpdater;
  };
  let updater = newAppUpdater();
  let abortRequests = trackRequests(updater);
  /** The hashes that the last check found. */
  let hashes: string[] = [];
  /** The last download, and the instance that made it: only that one can start the Windows installer. */
  let downloaded = { file: '', hashes, updater };
  const installer = createInstaller(capability, () => downloaded.updater);

  /** Needed after an aborted check: electron-updater still waits for it, and the next check would join it. */
  const replaceUpdater = (): void => {
    abortRequests();
    updater = newAppUpdater();
    abortRequests = trackRequests(updater);
  };

  /** Runs `work`; an error that it throws becomes a failure. */
  async function outcomeOf<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await work();
    } catch (error) {
      return failed(updateFailure(error));
    }
  }

  return {
    /**
     * Asks the update server for a newer released version; null when there is none. Fails with `updates.*`, which is
     * `updates.wrong-hash` when the server announces a version without a hash.
     */
    check: (signal: AbortSignal): Promise<Result<string | null>> =>
      outcomeOf(async () => {
        const found = await abortable(signal, replaceUpdater, updater.checkForUpdates());
        const info = found?.updateInfo;
        if (!found?.isUpdateAvailable || !info || !RELEASED.test(info.version)) {
          return success(null);
        }
        const announced = hashesOf(info);
        if (!announced) return failed('updates.wrong-hash');
        hashes = announced;
        return success(info.version);
      }),

    /** Downloads what `check` found, and verifies hash and signature. Fails with `updates.*`. */
    download: (signal: AbortSignal): Promise<Result<null>> =>
      outcomeOf(async () => {
        const token = new CancellationToken();
        const current = updater;
        const stop = (): void => {
          token.cancel();
          abortRequests();
        };
        const [file] = await abortable(signal, stop, current.downloadUpdate(token));
        downloaded = { file: file ?? '', hashes, updater: current };
        return success(null);
      }),

    /**
     * Verifies the hash of the download once more and installs it, as far as that is possible while this
     * process runs. Fails with `updates.*`; then nothing has changed.
     */
    prepareInstall: async (): Promise<Result<null>> => {
      try {
        const isVerified = await installer.prepareInstall(downloaded.file, downloaded.hashes);
        return isVerified ? success(null) : failed('updates.wrong-hash');
      } catch (error) {
        const code = updateFailure(error);
        return failed(code === 'updates.wrong-signature' ? code : 'updates.not-installed');
      }
    },
    /**
     * The last action of this process after `prepareInstall`: starts the installer where there is one, starts the
     * new version if `restart` is set, and calls `quit`.
     */
    installAndQuit: installer.installAndQuit,
  };
}

/** Finds, downloads and installs newer versions, each only when called. Never rejects. */
export type Updater = ReturnType<typeof createUpdater>;
