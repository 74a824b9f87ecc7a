/**
 * The configuration of electron-builder: the contents of the app, and how each system's packages are made.
 * Signing identities come only from the environment (docs/packaging.md lists the variables).
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../folders.mjs';
import { setFuses } from './fuses.mjs';
import { writeLicenses } from './licenses.mjs';
import { publishConfig } from './update-server.mjs';

/**
 * The contents of the app's archive: our own parts, whose JavaScript libraries are bundled, and the two
 * native modules for the target, one of them with its wrapper. electron-builder fills in `${platform}` and `${arch}`.
 */
const FILES = [
  'package.json',
  'out/**',
  '!out/licenses.txt',
  'build/icons/letterhead.png',
  '!node_modules/**',
  'node_modules/keytar/package.json',
  'node_modules/keytar/lib/keytar.js',
  'node_modules/keytar/prebuilds/${platform}-${arch}/*.node',
  'node_modules/@photostructure/sqlite/prebuilds/${platform}-${arch}/*.glibc.node',
];

/** The executable of an unpacked app; on macOS, its .app. */
function executableIn(folder, platform) {
  if (platform === 'darwin') return join(folder, 'Letterhead.app');
  return join(folder, platform === 'win32' ? 'Letterhead.exe' : 'letterhead');
}

const isSigned = (env) => Boolean(env.CSC_LINK || env.CSC_NAME);

/** Without an identity macOS gets an ad-hoc signature, because unsigned code does not run on arm64. */
const macIdentity = (env) => (isSigned(env) ? {} : { identity: '-', hardenedRuntime: false });

/** Whether the variables for Apple's notary are set; electron-builder reads them itself. */
const canNotarize = (env) =>
  Boolean(env.APPLE_API_KEY || env.APPLE_ID || env.APPLE_KEYCHAIN_PROFILE);

/** Writes the licenses of all bundled code before the archive is made. */
const beforePack = async () => writeLicenses(join(root, 'out', 'licenses.txt'));

const afterPack = (debuggable, env) => async (context) => {
  const { appOutDir, electronPlatformName, arch, packager } = context;
  if (electronPlatformName !== 'darwin') {
    // The runtime of ADR 5 contains a default app; a packaged build must not be able to fall back to it.
    const resources = join(appOutDir, 'resources');
    for (const name of await readdir(resources)) {
      if (name.startsWith('default_app')) await rm(join(resources, name));
    }
  }
  if (electronPlatformName === 'darwin' && isSigned(env)) {
    // An update is checked against the running app's signature: without one the app only notifies.
    await writeFile(join(packager.getResourcesDir(appOutDir), 'signed'), '');
  }
  const ARM64 = 3; // electron-builder's Arch.arm64
  await setFuses(executableIn(appOutDir, electronPlatformName), {
    debuggable,
    resetSignature: electronPlatformName === 'darwin' && arch === ARM64,
  });
};

/**
 * The configuration.
 * @param {object} options
 * @param {string} options.output folder for the packages
 * @param {boolean} [options.debuggable] a build for the end-to-end tests, which differs by one fuse
 * @param {{ folder: string, version: string }} [options.runtime] the Electron to use; without it
 *   electron-builder downloads the version of package.json for each target
 * @param {Record<string, string | undefined>} [options.env]
 * @returns {import('electron-builder').Configuration}
 */
export function configuration({ output, debuggable = false, runtime, env = process.env }) {
  return {
    appId: 'com.letterhead.desktop',
    productName: 'Letterhead',
    directories: { output, buildResources: 'build' },
    files: FILES,
    asarUnpack: ['**/*.node'],
    extraResources: [{ from: 'out/licenses.txt', to: 'licenses.txt' }],
    npmRebuild: false,
    electronLanguages: ['en', 'de'],
    ...(runtime ? { electronDist: runtime.folder, electronVersion: runtime.version } : {}),
    // electron-builder uploads nothing to a generic server; this only writes its address into the app.
    publish: publishConfig(env),
    artifactName: '${name}-${version}-${os}-${arch}.${ext}',
    beforePack,
    afterPack: afterPack(debuggable, env),
    linux: {
      target: [{ target: 'AppImage', arch: ['x64', 'arm64'] }],
      executableName: 'letterhead',
      icon: 'build/icons/sizes',
      category: 'Office',
      synopsis: 'Keeps organization details up to date at Cloudflare',
    },
    // An AppImage without its own arguments starts with --no-sandbox, which the app refuses.
    appImage: { executableArgs: ['--ozone-platform-hint=auto'] },
    mac: {
      target: [
        { target: 'dmg', arch: ['arm64', 'x64'] },
        { target: 'zip', arch: ['arm64', 'x64'] },
      ],
      category: 'public.app-category.business',
      icon: 'build/icons/letterhead.png',
      hardenedRuntime: true,
      gatekeeperAssess: false,
      entitlements: 'build/packaging/entitlements.plist',
      entitlementsInherit: 'build/packaging/entitlements.plist',
      notarize: canNotarize(env),
      ...macIdentity(env),
    },
    win: {
      target: [{ target: 'nsis', arch: ['x64', 'arm64'] }],
      icon: 'build/icons/letterhead.png',
      requestedExecutionLevel: 'asInvoker',
    },
    nsis: {
      // Installs into the current user's profile: no administrator needed.
      oneClick: true,
      perMachine: false,
      allowElevation: false,
      deleteAppDataOnUninstall: false,
    },
    // Fails instead of producing an unsigned release.
    forceCodeSigning: isSigned(env) || Boolean(env.WIN_CSC_LINK),
  };
}
