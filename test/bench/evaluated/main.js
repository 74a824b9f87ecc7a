/** Imports a built main bundle, says how long that took (ms), and ends before the app would start. */
import { app } from 'electron';
import { pathToFileURL } from 'node:url';

const entry = pathToFileURL(process.env.BENCH_ENTRY).href;
const begin = process.hrtime.bigint();
await import(entry);
const took = Number(process.hrtime.bigint() - begin) / 1e6;
process.stdout.write(`EVALUATED ${took}\n`, () => app.exit(0));
