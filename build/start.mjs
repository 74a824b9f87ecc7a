/** `npm start`: builds and opens the app for real accounts. */
import { launch } from './launch.mjs';
import { onNode24 } from './node-24.mjs';
import { describeRuntime } from './runtime.mjs';
import { hasNoDisplay, setupOrExit } from './setup.mjs';
import { runStepOrExit } from './steps.mjs';

await onNode24();
if (hasNoDisplay()) {
  console.error('There is no display. "npm run demo" works without one.');
  process.exit(1);
}
console.error(describeRuntime(await setupOrExit()).sentence);
await runStepOrExit('build');
process.exitCode = await launch(process.argv.slice(2), process.env);
