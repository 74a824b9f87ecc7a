/**
 * Runs the stand-in (a fake Cloudflare API server) as a program:
 * `node test/standin/cli.mjs --organizations 25 --latency 80 --port 0`.
 * Node finds no import without an extension, so Vite, which the app needs anyway, loads it.
 */
import { fileURLToPath } from 'node:url';
import { onNode24 } from '../../build/node-24.mjs';

await onNode24();
const { runnerImport } = await import('vite');
const { module } = await runnerImport(fileURLToPath(new URL('program.ts', import.meta.url)), {
  logLevel: 'error',
});
process.exit(await module.main(process.argv.slice(2)));
