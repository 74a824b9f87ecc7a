/**
 * `npm run pictures`: pictures of every screen and state, in each language, in light and dark and in
 * several window sizes, into `pictures/`, with a page to view them all; those of the guide and README also go
 * into docs/images/. Linux only: it needs a separate session (build/session.mjs).
 *
 *   npm run pictures -- --project=en       one language
 *   npm run pictures -- -g "conflict"      some scenes of test/screens; all arguments go to Playwright
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { contactSheet } from './contact-sheet.mjs';
import { root } from './folders.mjs';
import { onNode24 } from './node-24.mjs';
import { withSession } from './session.mjs';
import { setupOrExit } from './setup.mjs';
import { runStepOrExit } from './steps.mjs';

await onNode24();
const args = process.argv.slice(2);
const folder = join(root, 'pictures');

await setupOrExit({ headless: true });
await runStepOrExit('build');
if (args.length === 0) await rm(folder, { recursive: true, force: true });
const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
const config = join(root, 'test', 'pictures', 'playwright.config.ts');
const code = await withSession(
  [process.execPath, playwright, 'test', `--config=${config}`, ...args],
  { screen: '3840x2160' },
);
const { sheet, count } = await contactSheet(folder);
console.log(`\n${count} pictures. View them: ${sheet}`);
process.exitCode = code;
