/**
 * Prepares the process before Electron is ready: removes dangerous switches and variables, chooses the
 * folders, and makes sure that only one instance runs. Everything here is part of the first bundle, so it
 * imports as little as possible.
 */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { failed, success, type Result } from '../../shared/result';
import { keepMemoryOutOfDumps } from './core-dumps';
import { correctPaths } from './trusted-paths';
import { restrictPages } from './security-restrictions';
import { registerScheme } from './scheme';
import { hasWeakenedProtection, removeDangerousOptions } from './command-line';

/** Where the app's files and servers are, and which kind of build runs. */
export interface Environment {
  /** Absolute path of the build output: main, preload, renderer. */
  out: string;
  /** Electron's `userData` folder, with database and logs. */
  userData: string;
  /** Absolute path of the window's icon. */
  icon: string;
  packaged: boolean;
  /** Service name of our keychain entries; development builds have their own. */
  keychainService: string;
  /** Base URL of Cloudflare's API. */
  apiUrl: string;
  /** How long one response from Cloudflare may take, in ms. */
  timeLimitMs: number;
  /** See `JustSavedOptions`; undefined: the default. Shorter in the fault tests. */
  sharedWaitMs: number | undefined;
  /** Absolute path of the update server's configuration; null in a development build without one. */
  updateConfig: string | null;
  /** URL of the page during development with hot reload, otherwise null. */
  developmentPage: string | null;
  /** The sign-in that the demo offers; null outside the demo. */
  sample: SampleSignIn | null;
}

/** A sign-in for the stand-in for Cloudflare on this computer. It opens nothing anywhere else. */
export interface SampleSignIn {
  email: string;
  key: string;
}

const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4';
const TIME_LIMIT_MS = 30_000;
const DEVELOPMENT_NAME = 'Letterhead (development)';

/**
 * Makes this the only instance that uses the folder; may be called again. Fails with `database.busy` when another
 * instance runs (that one comes to the front), and with `database.read-only` when the folder is not writable.
 * Chromium does not distinguish the two, but a read-only folder has to be explained to the person.
 */
export function acquireInstanceLock(folder: string): Result<null> {
  if (app.requestSingleInstanceLock()) return success(null);
  try {
    accessSync(folder, constants.W_OK);
    return failed('database.busy');
  } catch {
    return failed('database.read-only');
  }
}

/**
 * The sample sign-in from `LETTERHEAD_SAMPLE_SIGN_IN`: email and key, separated by a space. Null unless all requests go
 * to this computer, so that the environment cannot add a real sign-in without asking the person.
 */
function sampleFrom(named: string | undefined, apiUrl: string): SampleSignIn | null {
  const [email, key, ...rest] = named?.split(' ') ?? [];
  const isLocal = new URL(apiUrl).hostname === '127.0.0.1';
  return isLocal && email && key && rest.length === 0 ? { email, key } : null;
}

/** Corrects the environment, and the folders that Electron has already derived from it. */
function useCorrectPaths(): void {
  correctPaths(process.env);
  const home = process.env['HOME']!;
  const appData = process.env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  if (app.getPath('home') !== home) app.setPath('home', home);
  if (app.getPath('appData') === appData) return;
  app.setPath('appData', appData);
  if (!app.commandLine.hasSwitch('user-data-dir')) {
    app.setPath('userData', join(appData, app.getName()));
  }
}

/**
 * Prepares the process. Returns null when the app must not start: another instance is running and has been
 * brought to the front, or this one was started with its protection off.
 */
export function prepareEnvironment(): Environment | null {
  const packaged = app.isPackaged;
  keepMemoryOutOfDumps();
  const weakened = hasWeakenedProtection(packaged, app.commandLine);
  removeDangerousOptions(packaged, app.commandLine, process);
  if (packaged && process.platform === 'linux') useCorrectPaths();
  // Windows shows notifications only under the id of the shortcut that the installer makes (build/packaging/config.mjs).
  if (packaged && process.platform === 'win32') app.setAppUserModelId('com.letterhead.desktop');
  if (weakened) {
    void import('./refuse-start').then(({ refuseStart }) => refuseStart());
    return null;
  }
  // Without this, V8's young generation grows by 3 MB or more during launch and never shrinks
  // (docs/performance.md).
  if (!app.commandLine.hasSwitch('js-flags'))
    app.commandLine.appendSwitch('js-flags', '--max-semi-space-size=1');
  // Chromium sends a request over QUIC again by itself when its connection breaks, a write too (electron-fetch.ts).
  app.commandLine.appendSwitch('disable-quic');
  // Only an unpackaged build may run as root (on build machines), where Chromium's sandbox does not work.
  if (packaged || !app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  if (!packaged) {
    app.setName(DEVELOPMENT_NAME);
    if (!app.commandLine.hasSwitch('user-data-dir')) {
      app.setPath('userData', join(app.getPath('appData'), DEVELOPMENT_NAME));
    }
  }
  const userData = app.getPath('userData');
  const locked = acquireInstanceLock(userData);
  // A read-only folder is reported later, when opening the database fails.
  if (!locked.ok && locked.failure.code === 'database.busy') {
    app.exit(0);
    return null;
  }
  registerScheme();
  restrictPages();
  const {
    LETTERHEAD_API_URL,
    LETTERHEAD_TIME_LIMIT_MS,
    LETTERHEAD_SHARED_WAIT_MS,
    LETTERHEAD_UPDATE_CONFIG,
    LETTERHEAD_SAMPLE_SIGN_IN,
    ELECTRON_RENDERER_URL,
  } = packaged ? {} : process.env;
  const apiUrl = LETTERHEAD_API_URL ?? CLOUDFLARE_API;
  return {
    out: join(app.getAppPath(), 'out'),
    userData,
    icon: join(app.getAppPath(), 'build/icons/letterhead.png'),
    packaged,
    keychainService: packaged ? 'Letterhead' : DEVELOPMENT_NAME,
    timeLimitMs: Number(LETTERHEAD_TIME_LIMIT_MS) || TIME_LIMIT_MS,
    sharedWaitMs: Number(LETTERHEAD_SHARED_WAIT_MS) || undefined,
    apiUrl,
    updateConfig: packaged
      ? join(process.resourcesPath, 'app-update.yml')
      : (LETTERHEAD_UPDATE_CONFIG ?? null),
    developmentPage: ELECTRON_RENDERER_URL ?? null,
    sample: sampleFrom(LETTERHEAD_SAMPLE_SIGN_IN, apiUrl),
  };
}
