/** `npm start`: the app itself, for real accounts. */
import { setup } from './setup.mjs';
import { launch, runScript } from './launch.mjs';

await setup({ headless: false });
await runScript('build');
process.exitCode = await launch(process.argv.slice(2), process.env);
