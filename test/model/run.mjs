/**
 * Runs program.ts for `npm test -- model`. Node finds no import without an extension, so Vite, which the app
 * needs anyway, loads it.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('program.ts', import.meta.url)), {
  logLevel: 'error',
  configFile: false,
});
process.exitCode = module.main(process.argv.slice(2), (line) => console.log(line));
