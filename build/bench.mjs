/**
 * `npm run bench`: how fast the app is and how much memory it uses, compared with baselines measured in the
 * same run. Builds the app and runs test/bench in a separate session. Linux only. The options are in
 * test/bench/options.ts.
 */
import { join } from 'node:path';
import { root } from './folders.mjs';
import { onNode24 } from './node-24.mjs';
import { withSession } from './session.mjs';
import { setupOrExit } from './setup.mjs';
import { runStepOrExit } from './steps.mjs';

await onNode24();
if (process.platform !== 'linux') {
  console.error('The benchmark runs only on Linux, because it reads /proc.');
  process.exit(1);
}
await setupOrExit({ headless: true });
await runStepOrExit('build');
const command = [process.execPath, join(root, 'test', 'bench', 'run.mjs')];
process.exitCode = await withSession([...command, ...process.argv.slice(2)]);
