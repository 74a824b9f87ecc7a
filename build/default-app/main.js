/**
 * The default app of the assembled runtime (see ../registry-runtime.mjs): what Electron runs when it
 * is called as `electron [switches] [-r module]… <folder or file> [arguments]`. Like Electron's own default
 * app, it sets the app's name, version and path and imports its entry point. Development, tests and the demo
 * use it; it is never shipped.
 */
import { app, dialog } from 'electron/main';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Splits the command line into modules to load first (`-r`), the app, and whether it asks for the version. */
function readCommandLine(args) {
  const preload = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i];
    if (arg === '-r' || arg === '--require') preload.push(args[(i += 1)]);
    else if (arg === '-v' || arg === '--version') return { preload, version: true };
    else if (!arg.startsWith('-')) return { preload, target: arg };
  }
  return { preload };
}

/** Sets the app's name, version and path; returns the file to import. */
function adopt(target) {
  const path = resolve(target);
  if (!existsSync(path)) throw new Error(`There is no app at ${path}.`);
  if (!statSync(path).isDirectory()) {
    app.setAppPath(dirname(path));
    return path;
  }
  const manifestPath = join(path, 'package.json');
  const manifest = existsSync(manifestPath) ? JSON.parse(readFileSync(manifestPath, 'utf8')) : {};
  const name = manifest.productName ?? manifest.name;
  if (manifest.version) app.setVersion(manifest.version);
  if (name) app.name = name;
  if (process.platform === 'linux') app.setDesktopName(manifest.desktopName ?? `${name}.desktop`);
  app.setAppPath(path);
  return createRequire(join(path, 'index.js')).resolve(resolve(path, manifest.main ?? 'index.js'));
}

async function run() {
  // Read before the modules of `-r` run: they may change process.argv.
  const { preload, target, version } = readCommandLine(process.argv.slice(1));
  if (version) {
    process.stdout.write(`v${process.versions.electron}\n`);
    app.exit(0);
    return;
  }
  if (!target) throw new Error('Usage: electron [-r module] <app folder or file> [arguments]');
  // Electron sets this for unpackaged apps; code uses it to find its arguments.
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  const requireFromHere = createRequire(join(process.cwd(), 'index.js'));
  for (const module of preload) requireFromHere(module);
  await import(pathToFileURL(adopt(target)).href);
}

// Awaited here, because Electron delays `ready` until this module is loaded, and an app's entry point
// may make calls that are only allowed before that (`app.enableSandbox()`, `registerSchemesAsPrivileged`).
await run().catch((error) => {
  process.stderr.write(`App threw an error during load\n${error?.stack ?? error}\n`);
  // A dialog that no one can close would hang an unattended run.
  if (process.stdout.isTTY) dialog.showErrorBox('The app could not start', String(error?.stack));
  app.exit(1);
});
