/** Reads the file named by BENCH_FILE as the app's process for files does, and sends how long that took, in ms. */
import { readFileSync } from 'node:fs';
import { readFile } from '../../src/main/csv/table';

const content = readFileSync(process.env['BENCH_FILE'] ?? '');
const began = performance.now();
for await (const rows of readFile(content)) void rows;
process.send?.(performance.now() - began);
