/** A copy of the tree in which code can be mutated and tests run; the working files are never touched. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../../build/folders.mjs';
import { startSession } from '../../build/session.mjs';
import { mutate } from './mutate.mjs';

const EXCLUDED = /^(node_modules|out|dist|demo|pictures|\.git|test-results|coverage)(\/|$)/;
const MAX_OUTPUT_BYTES = 64_000_000;

/**
 * Copies the tree, starts a session for its tests and compiles its messages. Call `remove` at the end.
 * @param {Record<string, string>} variables environment variables of the programs that run in it
 */
export async function copyTree(variables = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-mutations-'));
  cpSync(root, folder, { recursive: true, filter: (path) => !EXCLUDED.test(relative(root, path)) });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const session = await startSession();
  const env = { ...session.env, NO_COLOR: '1', FORCE_COLOR: '0', ...variables };

  async function remove() {
    await session.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    execFileSync(process.execPath, ['build/steps.mjs', 'messages'], { cwd: folder, env });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    /**
     * Runs a program of node_modules in the copy; returns its exit code, null if it was ended, and its output.
     * @param {number} [timeout] time limit in ms; without it there is none
     */
    run(path, args, timeout) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(folder, 'node_modules', path), ...args],
        {
          cwd: folder,
          env,
          encoding: 'utf8',
          timeout,
          killSignal: 'SIGKILL',
          maxBuffer: MAX_OUTPUT_BYTES,
        },
      );
      return { status, text: `${stdout}${stderr}` };
    },
    /** Applies a change (mutate.d.mts), calls `work`, undoes the change, and returns the result. */
    withChange(change, work) {
      const path = join(folder, change.file);
      const before = readFileSync(path, 'utf8');
      writeFileSync(path, mutate(before, change));
      try {
        return work();
      } finally {
        writeFileSync(path, before);
      }
    },
    remove,
  };
}
