/**
 * electron-updater behind our port. It only looks, downloads and compares, each when told to; when
 * something is installed is decided here. This file and all it brings is a part of its own of the
 * built app, loaded when the update server is first asked.
 */
import type { ClientRequest } from 'electron';
import {
  AppImageUpdater,
  AppUpdater,
  CancellationToken,
  MacUpdater,
  NsisUpdater,
  type UpdateInfo,
} from 'electron-updater';
import { failed, success, type FailureCode, type Outcome } from '../../shared/failure';
import { isHash } from './appimage';
import { mayAsk, type UpdateCapability, type Updater } from './capability';
import { createInstaller, verifyOrRefuse } from './installers';

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

/** The part of electron-updater that makes its requests. */
interface Requesting {
  httpExecutor: { createRequest(...args: unknown[]): ClientRequest };
}

/** Watches every request from now on; the answer ends those that are under way. */
export function endableRequests(updater: AppUpdater): () => void {
  const { httpExecutor } = updater as unknown as Requesting;
  const create = httpExecutor.createRequest.bind(httpExecutor);
  const underWay = new Set<ClientRequest>();
  httpExecutor.createRequest = (...args) => {
    const request = create(...args);
    underWay.add(request);
    const over = (): void => void underWay.delete(request);
    // Not `close`: that comes as soon as the question has been sent.
    request.on('error', over);
    request.on('abort', over);
    request.on('response', (answer) => answer.on('end', over));
    return request;
  };
  return () => {
    for (const request of underWay) request.abort();
  };
}

/** A released version: nobody gets a preview by themselves. */
const RELEASED = /^\d+\.\d+\.\d+$/;

/** Sent in place of the number that electron-updater would make up for each installation. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Where a build only tells: it has nothing that could download or install. */
class Teller extends AppUpdater {
  constructor() {
    super(null);
  }

  protected override doDownloadUpdate(): Promise<never> {
    return Promise.reject(new Error('This build only tells.'));
  }

  override quitAndInstall(): void {}
}

function make({ installer }: UpdateCapability): AppUpdater {
  if (installer === 'appimage') return new AppImageUpdater();
  if (installer === 'squirrel') return new MacUpdater();
  if (installer !== 'nsis') return new Teller();
  const updater = new NsisUpdater();
  updater.disableWebInstaller = true;
  updater.verifyUpdateCodeSignature = verifyOrRefuse(updater.verifyUpdateCodeSignature);
  return updater;
}

/** Everything off that electron-updater would do or send by itself. */
function quieten(updater: AppUpdater, means: UpdateCapability, packaged: boolean): void {
  updater.logger = null;
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowPrerelease = false;
  updater.allowDowngrade = false;
  updater.forceDevUpdateConfig = !packaged;
  updater.updateConfigPath = means.config;
  Object.assign(updater, { stagingUserIdPromise: { value: Promise.resolve(NOBODY) } });
  // Whatever fails is told by the call that failed; an event nobody hears would be thrown.
  updater.on('error', () => undefined);
  // No password is ever given; without an answer the request would wait for ever.
  updater.on('login', (_info, answer) => (answer as () => void)());
  updater.netSession.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !mayAsk(url, packaged) }),
  );
}

/** The hashes a version is announced with; null when a file is announced without one. */
function hashesOf({ files }: UpdateInfo): string[] | null {
  const hashes = (files ?? []).map(({ sha512 }) => sha512);
  return hashes.length > 0 && hashes.every(isHash) ? hashes : null;
}

/** What `work` gives, or a rejection as soon as `signal` aborts; then `stop` is done, too. */
async function unless<T>(signal: AbortSignal, stop: () => void, work: Promise<T>): Promise<T> {
  let give = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    give = () => {
      stop();
      reject(new Error('aborted'));
    };
  });
  signal.addEventListener('abort', give);
  if (signal.aborted) give();
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', give));
}

/** Makes the updater of this build. */
export function createUpdater(means: UpdateCapability, packaged: boolean): Updater {
  const fresh = (): AppUpdater => {
    const made = make(means);
    quieten(made, means, packaged);
    return made;
  };
  let updater = fresh();
  let endRequests = endableRequests(updater);
  /** A look that was given up would be joined by the next one: nothing ends it in electron-updater. */
  const startOver = (): void => {
    endRequests();
    updater = fresh();
    endRequests = endableRequests(updater);
  };
  const installer = createInstaller(means, () => updater);
  let hashes: string[] = [];
  let downloaded = '';

  /** Does `work`; what goes wrong in it is a failure. */
  async function outcomeOf<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    try {
      return await work();
    } catch (error) {
      return failed(updateFailure(error));
    }
  }

  return {
    look: (signal) =>
      outcomeOf(async () => {
        const found = await unless(signal, startOver, updater.checkForUpdates());
        const info = found?.updateInfo;
        if (!found?.isUpdateAvailable || !info || !RELEASED.test(info.version)) {
          return success(null);
        }
        const announced = hashesOf(info);
        if (!announced) return failed('updates.wrong-hash');
        hashes = announced;
        return success(info.version);
      }),

    download: (signal) =>
      outcomeOf(async () => {
        const token = new CancellationToken();
        const stop = (): void => {
          token.cancel();
          endRequests();
        };
        const [file] = await unless(signal, stop, updater.downloadUpdate(token));
        downloaded = file ?? '';
        return success(null);
      }),

    putInPlace: async () => {
      try {
        const right = await installer.putInPlace(downloaded, hashes);
        return right ? success(null) : failed('updates.wrong-hash');
      } catch (error) {
        const code = updateFailure(error);
        return failed(code === 'updates.wrong-signature' ? code : 'updates.not-installed');
      }
    },
    leave: installer.leave,
  };
}
