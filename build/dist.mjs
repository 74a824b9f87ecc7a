/**
 * `npm run dist`: makes this system's packages and their software bill of materials, in dist/.
 *
 *   node build/dist.mjs               Windows: NSIS; macOS: dmg and zip; Linux: AppImage and deb. Downloads
 *                                     Electron and tools from GitHub
 *   node build/dist.mjs --local       Linux: unpacked app and deb, with the Electron of build/runtime.mjs;
 *                                     works where GitHub cannot be reached (`npm run dist -- --local`), but only with
 *                                     --allow-old-electron where there is just one that gets no security fixes
 *   node build/dist.mjs --debuggable  the unpacked app of --local for the end-to-end tests, in
 *                                     dist/debuggable; it differs by one fuse
 *   … --built                         uses the existing build
 *   node build/dist.mjs --sbom        only the software bill of materials (`npm run dist -- --sbom`)
 */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from './folders.mjs';
import { onNode24 } from './node-24.mjs';
import { packageVersion } from './official-runtime.mjs';
import { ALLOW_OLD } from './runtime.mjs';
import { setupOrExit } from './setup.mjs';
import { runStepOrExit } from './steps.mjs';

await onNode24();
const KINDS = ['--local', '--debuggable', '--sbom'];
const args = process.argv.slice(2);
const built = args.includes('--built');
const [kind = 'all', ...more] = args.filter((arg) => arg !== '--built' && arg !== ALLOW_OLD);
/** Packages for people must not have an old Electron; the build for the tests may. */
const allowOld =
  kind === '--local' && !args.includes(ALLOW_OLD)
    ? `npm run dist -- --local ${ALLOW_OLD}`
    : undefined;
if ((kind !== 'all' && !KINDS.includes(kind)) || more.length > 0) {
  console.error(
    'Usage: node build/dist.mjs [--local|--debuggable|--sbom] [--built] [--allow-old-electron]',
  );
  process.exit(2);
}
if (kind !== 'all' && kind !== '--sbom' && process.platform !== 'linux') {
  console.error('This kind of package can only be made on Linux.');
  process.exit(1);
}

const output = join(root, 'dist', kind === '--debuggable' ? 'debuggable' : '');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The available Electron, for packages made without a download. */
async function localRuntime() {
  const folder = dirname(await setupOrExit({ allowOld }));
  const text = readFileSync(join(folder, 'version'), 'utf8').trim();
  return { folder, version: text.replace(/^v/, '') };
}

/** Packs the app. electron-builder is loaded here, after setup has installed the packages. */
async function pack(options, config) {
  const builder = await import('electron-builder');
  const { configuration } = await import('./packaging/config.mjs');
  const target = builder.Platform.current().createTarget(options.target, ...options.archs(builder));
  await builder.build({ targets: target, config: configuration({ output, ...config }) });
}

async function deb(unpacked, arch) {
  const { makeDeb } = await import('./packaging/deb.mjs');
  return makeDeb({ unpacked, output, version, arch });
}

async function local(debuggable) {
  const runtime = await localRuntime();
  if (!built) await runStepOrExit('build');
  await rm(join(output, 'linux-unpacked'), { recursive: true, force: true });
  const here = ({ Arch }) => [Arch[process.arch]];
  await pack({ target: 'dir', archs: here }, { debuggable, runtime });
  const unpacked = join(output, 'linux-unpacked');
  return { runtime, made: debuggable ? unpacked : await deb(unpacked, process.arch) };
}

/** Everything for this system, with the Electron of package.json. */
async function everything() {
  await setupOrExit();
  if (!built) await runStepOrExit('build');
  await pack({ target: null, archs: () => [] }, {});
  if (process.platform !== 'linux') return;
  console.log(await deb(join(output, 'linux-unpacked'), 'x64'));
  console.log(await deb(join(output, 'linux-arm64-unpacked'), 'arm64'));
}

const bill = async (electron) => {
  const { writeSbom } = await import('./packaging/sbom.mjs');
  console.log(writeSbom({ output, version, electron }));
};

if (kind === 'all') {
  await everything();
  await bill(packageVersion());
} else if (kind === '--sbom') {
  await bill(packageVersion());
} else {
  const { runtime, made } = await local(kind === '--debuggable');
  console.log(`${made}, with Electron ${runtime.version}`);
  if (kind === '--local') await bill(runtime.version);
}
