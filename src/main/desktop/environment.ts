/** What must happen before Electron is ready: dangers removed, folders chosen, one instance only. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { failed, success, type Outcome } from '../../shared/outcome';
import { keepMemoryOutOfDumps } from './core-dumps';
import { guardPages } from './security-restrictions';
import { declareScheme } from './scheme';
import { isWeakened, stripDangers } from './command-line';

/** Where the app's parts and data are. */
export interface Place {
  /** Folder of the built parts: main, preload, renderer. */
  out: string;
  /** Electron's `userData`: database and logs. */
  userData: string;
  icon: string;
  packaged: boolean;
  /** Name of our entries in the keychain; development builds have their own. */
  keychainService: string;
  /** The built helper process that talks to the keychain. */
  keychainHelper: string;
  /** Base address of Cloudflare's API. */
  apiUrl: string;
  /** How long one answer of Cloudflare may take, in ms. */
  timeLimitMs: number;
  /** The file that says where the update server is; null where none was given or packaged. */
  updateConfig: string | null;
  /** Address of the window's page while developing with hot reload, else null. */
  developmentPage: string | null;
}

const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4';
const TIME_LIMIT_MS = 30_000;
const DEVELOPMENT_NAME = 'Letterhead (development)';

/**
 * Makes this the only instance on the folder; may be asked again. Fails with `store.busy` when another
 * one is, which is brought to the front by that, and with `store.read-only` where the folder cannot be
 * written: Chromium refuses both alike, and a start that ended there would end without a word.
 */
export function becomeOnlyInstance(folder: string): Outcome<null> {
  if (app.requestSingleInstanceLock()) return success(null);
  try {
    accessSync(folder, constants.W_OK);
    return failed('store.busy');
  } catch {
    return failed('store.read-only');
  }
}

/**
 * Prepares the process. Null when there is nothing to run: another instance runs already and this one
 * only wakes it, or this one was started with its protection off.
 */
export function prepare(): Place | null {
  const packaged = app.isPackaged;
  keepMemoryOutOfDumps();
  const weakened = isWeakened(packaged, app.commandLine);
  stripDangers(packaged, app.commandLine, process);
  if (weakened) {
    void import('./refuse-start').then(({ refuseStart }) => refuseStart());
    return null;
  }
  // V8 makes its space for what is young larger at a start and keeps it: 3 MB and more (docs/performance.md).
  if (!app.commandLine.hasSwitch('js-flags'))
    app.commandLine.appendSwitch('js-flags', '--max-semi-space-size=1');
  // Only an unpackaged build may run as root (on build machines), where Chromium's sandbox cannot.
  if (packaged || !app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  if (!packaged) {
    app.setName(DEVELOPMENT_NAME);
    if (!app.commandLine.hasSwitch('user-data-dir')) {
      app.setPath('userData', join(app.getPath('appData'), DEVELOPMENT_NAME));
    }
  }
  const userData = app.getPath('userData');
  const only = becomeOnlyInstance(userData);
  // A folder that cannot be written is told when the database is to be opened.
  if (!only.ok && only.failure.code === 'store.busy') {
    app.exit(0);
    return null;
  }
  declareScheme();
  guardPages();
  const {
    LETTERHEAD_API_URL,
    LETTERHEAD_TIME_LIMIT_MS,
    LETTERHEAD_UPDATE_CONFIG,
    ELECTRON_RENDERER_URL,
  } = packaged ? {} : process.env;
  return {
    out: join(app.getAppPath(), 'out'),
    userData,
    icon: join(app.getAppPath(), 'build/icons/letterhead.png'),
    packaged,
    keychainService: packaged ? 'Letterhead' : DEVELOPMENT_NAME,
    keychainHelper: join(app.getAppPath(), 'out/main/keychain-helper.js'),
    timeLimitMs: Number(LETTERHEAD_TIME_LIMIT_MS) || TIME_LIMIT_MS,
    apiUrl: LETTERHEAD_API_URL ?? CLOUDFLARE_API,
    updateConfig: packaged
      ? join(process.resourcesPath, 'app-update.yml')
      : (LETTERHEAD_UPDATE_CONFIG ?? null),
    developmentPage: ELECTRON_RENDERER_URL ?? null,
  };
}
