/**
 * Loads SQLite's native module from the app's own folder. The build uses this file instead of the driver's package,
 * whose `node-gyp-build` would load one from any folder that an environment variable names.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The same relative path from this file and from the built one (out/main/chunks). */
const path = new URL(
  `../../../node_modules/@photostructure/sqlite/prebuilds/${process.platform}-${process.arch}/@photostructure+sqlite.glibc.node`,
  import.meta.url,
);

/** The class of an open database; see @photostructure/sqlite, whose types are used. */
export const { DatabaseSync } = createRequire(import.meta.url)(fileURLToPath(path)) as {
  DatabaseSync: unknown;
};
