/**
 * SQLite's native module. The build puts it in the place of the driver's package, which only loads it: with
 * `node-gyp-build`, which follows a variable of the environment to a module in any folder. Here it is that of the app.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Leads to the module from this file, and from the folder of the built one (out/main/chunks). */
const path = new URL(
  `../../../node_modules/@photostructure/sqlite/prebuilds/${process.platform}-${process.arch}/@photostructure+sqlite.glibc.node`,
  import.meta.url,
);

/** The class of an open database; see @photostructure/sqlite, whose types are used. */
export const { DatabaseSync } = createRequire(import.meta.url)(fileURLToPath(path)) as {
  DatabaseSync: unknown;
};
