/**
 * The default app of the assembled runtime (see ../registry-runtime.mjs): what Electron runs when it
 * is called as `electron [switches] [-r module]… <folder or file> [arguments]`. It gives the app on
 * the command line its name, version and path, and then imports its entry, as Electron's own default
 * app does. Development, tests and the demo use it; it is in nothing we ship.
 */
import { app, dialog } from 'electron/main';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Splits the command line into modules to load first (`-r`), the app, and whether a version was asked for. */
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

/** Tells Electron who the app is, and returns the file to import. */
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
  // Electron sets this for an app that is not packaged; code asks for it to find its arguments.
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  const requireFromHere = createRequire(join(process.cwd(), 'index.js'));
  for (const module of preload) requireFromHere(module);
  await import(pathToFileURL(adopt(target)).href);
}

// Awaited here, because Electron delays its `ready` until this module is loaded, and an app's entry
// may do what is only allowed before that (`app.enableSandbox()`, `registerSchemesAsPrivileged`).
await run().catch((error) => {
  process.stderr.write(`App threw an error during load\n${error?.stack ?? error}\n`);
  // A box nobody can close would hang a run without a person at the screen.
  if (process.stdout.isTTY) dialog.showErrorBox('The app could not start', String(error?.stack));
  app.exit(1);
});
