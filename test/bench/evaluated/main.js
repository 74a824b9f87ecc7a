/**
 * Imports a built main bundle like the app: the entry point, then what the first screen needs, then everything else.
 * Prints after how many ms each was loaded, and exits before the app would start.
 */
import { app } from 'electron';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.BENCH_MAIN;

/** The chunk that starts with this module. */
function chunk(module) {
  const found = readdirSync(join(folder, 'chunks')).filter((name) => name.startsWith(`${module}-`));
  if (found.length !== 1) throw new Error(`Main has ${found.length} chunks named ${module}.`);
  return join('chunks', found[0]);
}

const STEPS = ['index.js', chunk('first-screen'), chunk('app')];
const now = () => Number(process.hrtime.bigint()) / 1e6;
const begin = now();
const times = [];
for (const file of STEPS) {
  await import(pathToFileURL(join(folder, file)).href);
  times.push(now() - begin);
}
process.stdout.write(`EVALUATED ${times.join(' ')}\n`, () => app.exit(0));
