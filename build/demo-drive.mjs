/**
 * The automated demo. build/demo.mjs starts it in a session of build/session.mjs. The steps are in
 * test/e2e/demo-steps.ts, because they use the window as the tests do.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { root } from './folders.mjs';

const folder = join(root, 'demo');
await mkdir(folder, { recursive: true });
const { module } = await runnerImport(join(root, 'test', 'e2e', 'demo-steps.ts'), {
  logLevel: 'error',
  configFile: false,
});
await module.demo({ folder, say: (line) => console.log(line) });
process.exit(0);
