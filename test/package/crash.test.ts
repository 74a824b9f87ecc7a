/**
 * Crashes of the exact package with the key in use, on a system that keeps core dumps: whichever process crashes, the
 * key is in no remaining file.
 */
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesWith } from '../e2e/support/canary';
import { isGone } from '../e2e/support/files';
import { processesOf, readIfRunning, type Process } from './support/processes';
import { EXECUTABLE } from './support/debian';
import { allGone, setScene, type Scene } from './support/scene';

let scene: Scene;

beforeAll(async () => {
  scene = await setScene({ installed: true });
});

afterAll(() => scene?.end());

const key = (): string => scene.standin.signIns[0]!.key;

/** Folders that belong to the person, in a folder of several people. */
const personFolders = (folder: string): string[] =>
  readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isDirectory() && stats.uid === scene.person.owner.uid;
    });

/** Files of the person that contain the key. */
async function leaks(): Promise<string[]> {
  const folders = [tmpdir(), '/dev/shm', '/home'].flatMap(personFolders);
  const found = folders.map((folder) =>
    filesWith(folder, key()).catch((error: unknown) => {
      // A temporary folder of a process that has ended.
      if (isGone(error)) return [];
      throw error;
    }),
  );
  return (await Promise.all(found)).flat();
}

/** The type of a process of the app: `main`, `renderer`, `zygote`, `utility` … */
const kindOf = ({ commandLine }: Process): string =>
  /--type=(\S+)/.exec(commandLine)?.[1] ?? 'main';

test('the key is found in a core dump of an unprotected program', async () => {
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
  const crash = `ulimit -c unlimited; key=${key()}; kill -SEGV $$`;
  expect(() => scene.person.run('sh', ['-c', crash])).toThrow();
  // A system may pass dumps to a collector, which stores them elsewhere.
  expect((await leaks()).length > 0).toBe(!pattern.startsWith('|'));
  for (const file of await leaks()) rmSync(file);
});

/** The first process of a PID namespace ignores signals. The page's process is such a process. */
const canBeSignalled = ({ status }: Process): boolean => !/\s1$/.test(status['NSpid'] ?? '');

/** Crashes a process. V8 may take the first signal for a fault in its own code, and only remove its handler. */
async function crash(pid: number): Promise<void> {
  const isGone = (): boolean => {
    // A zombie no longer has an executable.
    if (!processesOf(EXECUTABLE).some((one) => one.pid === pid)) return true;
    process.kill(pid, 'SIGSEGV');
    return false;
  };
  await expect.poll(isGone, { timeout: 60_000 }).toBe(true);
}

test('no crashing process leaves the key behind', async () => {
  const running = await scene.start();
  await scene.setUp(running);
  // Types the key again, so that it is in the window, too. The window discarded the first one.
  await running.window.press({ role: 'button', name: 'Add organization' });
  await running.window.press({ role: 'button', name: 'Use another sign-in' });
  await running.window.press({ role: 'radio button', name: 'Email and Global API Key' });
  await running.window.type({ role: 'password text', name: 'Global API Key' }, key());

  const kinds = ['renderer', 'gpu-process', 'utility', 'zygote', 'main'];
  const all = processesOf(EXECUTABLE);
  expect(new Set(all.map(kindOf))).toEqual(new Set(kinds));
  const filters = all.map(({ pid }) => readIfRunning(`/proc/${pid}/coredump_filter`));
  expect(new Set(filters.filter((filter) => filter !== '').map(Number))).toEqual(new Set([0]));

  for (const kind of kinds) {
    // Some processes may have exited together with an earlier one, or been replaced.
    const remaining = processesOf(EXECUTABLE).filter((one) => kindOf(one) === kind);
    for (const { pid } of remaining.filter(canBeSignalled)) {
      await crash(pid);
      // Each dump may replace the previous one.
      expect(await leaks(), kind).toEqual([]);
    }
  }
  await allGone();
  const files = readdirSync(scene.person.home, { recursive: true }).map(String);
  expect(files.filter((path) => path.endsWith('.dmp'))).toEqual([]);
});
