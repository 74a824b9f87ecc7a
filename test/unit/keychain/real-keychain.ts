/**
 * The real helper process for tests in plain Node, on a keyring of its own; used by the keychain
 * and sign-in tests. `entriesOf` reads the keyring independently of the code under test.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';
import type { Keyring } from '../../../build/keyring.mjs';
import type { HelperProcess } from '../../../src/main/keychain';

/** The built helper: its path, starting one, and removing it. */
export interface BuiltHelper {
  /** Starts a helper that uses this keyring. */
  spawn(keyring: Pick<Keyring, 'env'>): HelperProcess;
  /** Every helper started so far, including those that have exited. */
  started: ChildProcess[];
  /** Ends all helpers and removes the built file. */
  remove(): void;
}

/** Bundles helper.ts into one file that Node can run, in a place where `keytar` can be resolved. */
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

/** A forked Node process in the shape that the keychain expects of its helper. */
function forked(child: ChildProcess): HelperProcess {
  // A process that could not be started also emits `error`; only its exit matters.
  child.on('error', () => {});
  return {
    send: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The entries of a keyring, read by a process other than the one under test. */
export function entriesOf(helper: BuiltHelper, keyring: Pick<Keyring, 'env'>, service: string) {
  const other = helper.spawn(keyring);
  const waiting = new Map<number, (answer: unknown) => void>();
  let lastId = 0;
  other.onMessage((answer) => {
    const { id } = answer as { id: number };
    waiting.get(id)?.(answer);
  });
  const ask = (question: object): Promise<unknown> =>
    new Promise((answered) => {
      const id = (lastId += 1);
      waiting.set(id, (answer) => answered((answer as { value?: unknown }).value));
      other.send({ id, service, ...question } as never);
    });
  return {
    get: (account: string) => ask({ operation: 'get', account }),
    set: (account: string, value: string) => ask({ operation: 'set', account, value }),
    delete: (account: string) => ask({ operation: 'delete', account }),
    close: () => other.kill(),
  };
}
