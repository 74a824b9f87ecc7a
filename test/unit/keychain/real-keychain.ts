/**
 * The real keychain helper (a child process) for tests in plain Node, on a test keyring. Used by the
 * tests of the keychain and of sign-ins. `entriesOf` reads the keyring independently of the code
 * under test.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';
import type { Keyring } from '../../../build/keyring.mjs';
import type { HelperProcess } from '../../../src/main/keychain';

/** The helper, bundled for these tests. */
export interface BuiltHelper {
  /** Starts a helper that uses this keyring. */
  spawn(keyring: Pick<Keyring, 'env'>): HelperProcess;
  /** Every helper started so far, including those that have exited. */
  started: ChildProcess[];
  /** Ends all helpers and removes the built file. */
  remove(): void;
}

/**
 * Bundles helper.ts into one file that Node can run, in a folder from which `keytar` can be loaded.
 */
export async function buildHelper(): Promise<BuiltHelper> {
  const outDir = resolve(`node_modules/.cache/letterhead/keychain-helper-${process.pid}`);
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: resolve('src/main/keychain/helper.ts'),
      outDir,
      target: 'node20.18',
      rolldownOptions: { external: ['keytar'], output: { entryFileNames: 'helper.mjs' } },
    },
    ssr: { noExternal: ['valibot'] },
  });
  const started: ChildProcess[] = [];
  return {
    started,
    spawn(keyring) {
      const child = fork(resolve(outDir, 'helper.mjs'), {
        env: { PATH: process.env['PATH'], ...keyring.env },
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      started.push(child);
      return forked(child);
    },
    remove() {
      for (const child of started) child.kill('SIGKILL');
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

/** Gives a forked Node process the interface that the keychain expects of its helper. */
function forked(child: ChildProcess): HelperProcess {
  // A process that cannot be started emits `error` as well as `exit`; only `exit` is used.
  child.on('error', () => {});
  return {
    send: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Reads the entries of a keyring in a separate process, which is started once it is needed. */
export function entriesOf(helper: BuiltHelper, keyring: Pick<Keyring, 'env'>, service: string) {
  let other: HelperProcess | null = null;
  const waiting = new Map<number, (answer: unknown) => void>();
  let lastId = 0;
  const start = (): HelperProcess => {
    const started = helper.spawn(keyring);
    started.onMessage((answer) => {
      const { id } = answer as { id: number };
      waiting.get(id)?.(answer);
    });
    return started;
  };
  const ask = (question: object): Promise<unknown> =>
    new Promise((answered) => {
      const id = (lastId += 1);
      waiting.set(id, (answer) => answered((answer as { value?: unknown }).value));
      other ??= start();
      other.send({ id, service, ...question } as never);
    });
  return {
    get: (account: string) => ask({ operation: 'get', account }),
    set: (account: string, value: string) => ask({ operation: 'set', account, value }),
    delete: (account: string) => ask({ operation: 'delete', account }),
    close: () => other?.kill(),
  };
}
