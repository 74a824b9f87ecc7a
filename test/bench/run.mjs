/**
 * Runs the benchmark in the current session; build/bench.mjs starts one. Node 20 cannot load TypeScript; Vite,
 * which the app needs anyway, can.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('program.ts', import.meta.url)), {
  logLevel: 'error',
  configFile: false,
});
process.exit(await module.main(process.argv.slice(2)));
