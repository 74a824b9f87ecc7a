/**
 * Loads SQLite's native module. The build puts this in the place of `node-gyp-build`, with which the driver looks for
 * its module: that one follows a variable of the environment to any folder, and two others to a module of another kind.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * The module for this system, in the app's own folder. The path leads there from this file, and from the folder of the
 * built one (out/main/chunks).
 */
const path = new URL(
  `../../../node_modules/@photostructure/sqlite/prebuilds/${process.platform}-${process.arch}/@photostructure+sqlite.glibc.node`,
  import.meta.url,
);

/** The native module. Throws if it cannot be loaded. */
export default function loadAddon(): unknown {
  return createRequire(import.meta.url)(fileURLToPath(path));
}
