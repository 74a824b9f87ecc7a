/**
 * `npm test -- model` (program.ts). Node 20 does not read TypeScript, so Vite, already a
 * dependency of the app, loads it.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('program.ts', import.meta.url)), {
  logLevel: 'error',
  configFile: false,
});
process.exitCode = module.main(process.argv.slice(2), (line) => console.log(line));
