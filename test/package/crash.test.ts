/**
 * The exact package when it crashes with the key in use, on a system that keeps core dumps: whatever part
 * of it goes, the key is in nothing that is left.
 */
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesWith } from '../e2e/support/canary';
import { processesOf, type Process } from './support/processes';
import { allGone, EXECUTABLE, setScene, type Scene } from './support/scene';

let scene: Scene;

beforeAll(async () => {
  scene = await setScene({ installed: true });
});

afterAll(() => scene?.end());

const key = (): string => scene.standin.credentials[0]!.key;

/** What the person owns in a folder that everybody may write to. */
const ownIn = (folder: string): string[] =>
  readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isDirectory() && found.uid === scene.person.owner.uid;
    });

/** Files with the key in all that the person has; the app's working folder is their home. */
async function leaks(): Promise<string[]> {
  const folders = [...ownIn(tmpdir()), ...ownIn('/dev/shm')];
  return (await Promise.all(folders.map((folder) => filesWith(folder, key())))).flat();
}

/** The kind of a process of the app: `main`, `renderer`, `zygote`, `utility` … */
const kindOf = ({ commandLine }: Process): string =>
  /--type=(\S+)/.exec(commandLine)?.[1] ?? 'main';

test('a dump of a program that does not mind has the key in it: the search finds one', async () => {
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
  const crash = `ulimit -c unlimited; key=${key()}; kill -SEGV $$`;
  expect(() => scene.person.run('sh', ['-c', crash])).toThrow();
  // A system may hand dumps to a collector, which keeps them elsewhere.
  expect((await leaks()).length > 0).toBe(!pattern.startsWith('|'));
  for (const file of await leaks()) rmSync(file);
});

/** The first process of a namespace takes no signal; that of a page is one. */
const canBeSignalled = ({ status }: Process): boolean => !/\s1$/.test(status['NSpid'] ?? '');

/** Crashes it. The first signal may be taken for a fault of JavaScript's own, and only end that handler. */
async function crash(pid: number): Promise<void> {
  const isGone = (): boolean => {
    // One that waits for its parent to hear of it has no program any more.
    if (!processesOf(EXECUTABLE).some((one) => one.pid === pid)) return true;
    process.kill(pid, 'SIGSEGV');
    return false;
  };
  await expect.poll(isGone, { timeout: 60_000 }).toBe(true);
}

test('no part that crashes leaves the key behind', async () => {
  const running = await scene.start();
  await scene.setUp(running);
  // Once more, for the window to have it, too: it forgot the first one.
  await running.window.press({ role: 'button', name: 'Add organization' });
  await running.window.press({ role: 'radio button', name: 'New sign-in' });
  await running.window.type({ role: 'password text', name: 'Global API Key' }, key());

  const kinds = ['renderer', 'gpu-process', 'utility', 'zygote', 'main'];
  const all = processesOf(EXECUTABLE);
  expect(new Set(all.map(kindOf))).toEqual(new Set(kinds));
  const filters = all.map(({ pid }) => readFileSync(`/proc/${pid}/coredump_filter`, 'utf8'));
  expect(filters.map(Number)).toEqual(all.map(() => 0));

  for (const kind of kinds) {
    // Some are gone already with those before them, or are others by now.
    const left = processesOf(EXECUTABLE).filter((one) => kindOf(one) === kind);
    for (const { pid } of left.filter(canBeSignalled)) {
      await crash(pid);
      // Each dump may take the place of the last one.
      expect(await leaks(), kind).toEqual([]);
    }
  }
  await allGone();
  const files = readdirSync(scene.person.home, { recursive: true }).map(String);
  expect(files.filter((path) => path.endsWith('.dmp'))).toEqual([]);
});
