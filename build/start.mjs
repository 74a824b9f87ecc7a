/**
 * `npm start`: builds and opens the app for real accounts.
 *
 *   npm start -- --allow-old-electron [ARGS]  also with an Electron that gets no security fixes any more
 *
 * The other ARGS go to the app.
 */
import { launch } from './launch.mjs';
import { onNode24 } from './node-24.mjs';
import { ALLOW_OLD, describeRuntime } from './runtime.mjs';
import { hasNoDisplay, setupOrExit } from './setup.mjs';
import { runStepOrExit } from './steps.mjs';

await onNode24();
if (hasNoDisplay()) {
  console.error('There is no display. "npm run demo" works without one.');
  process.exit(1);
}
const args = process.argv.slice(2);
const allowOld = args.includes(ALLOW_OLD) ? undefined : `npm start -- ${ALLOW_OLD}`;
console.error(describeRuntime(await setupOrExit({ allowOld })).sentence);
await runStepOrExit('build');
process.exitCode = await launch(
  args.filter((arg) => arg !== ALLOW_OLD),
  process.env,
);
