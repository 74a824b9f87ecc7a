/**
 * Imports a built main bundle as the app does, first the entry, then all the rest; says how long each took
 * (ms), and ends before the app would start.
 */
import { app } from 'electron';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.BENCH_MAIN;
const rest = readdirSync(join(folder, 'chunks')).filter((name) => name.startsWith('start-'));
if (rest.length !== 1) throw new Error('The rest of main is one file named start.');

const now = () => Number(process.hrtime.bigint()) / 1e6;
const begin = now();
await import(pathToFileURL(join(folder, 'index.js')).href);
const entry = now() - begin;
await import(pathToFileURL(join(folder, 'chunks', rest[0])).href);
const all = now() - begin;
process.stdout.write(`EVALUATED ${entry} ${all}\n`, () => app.exit(0));
