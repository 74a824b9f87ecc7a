/**
 * Runs the benchmark in the current session; build/bench.mjs starts one. Node finds no import without an extension;
 * Vite, which the app needs anyway, does.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('program.ts', import.meta.url)), {
  logLevel: 'error',
  configFile: false,
});
process.exit(await module.main(process.argv.slice(2)));
