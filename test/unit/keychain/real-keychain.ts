/**
 * The real keychain helper (a child process) for tests in plain Node, on a test keyring. Used by the
 * tests of the keychain and of sign-ins. `entriesOf` reads the keyring independently of the code
 * under test.
 */
import type { ChildProcess } from 'node:child_process';
import type { Keyring } from '../../../build/keyring.mjs';
import type { KeychainHelper } from '../../../src/main/keychain';
import { buildScript, forked } from '../built-script';

/** The helper, bundled for these tests. */
export interface BuiltHelper {
  /** Starts a helper that uses this keyring. */
  spawn(keyring: Pick<Keyring, 'env'>): KeychainHelper;
  /** Every helper started so far, including those that have exited. */
  started: ChildProcess[];
  /** Ends all helpers and removes the built file. */
  remove(): void;
}

/** Bundles helper.ts. */
export async function buildHelper(): Promise<BuiltHelper> {
  const { start, ...script } = await buildScript('src/main/keychain/helper.ts', ['keytar']);
  return { ...script, spawn: (keyring) => forked(start(keyring.env)) };
}

/** Reads the entries of a keyring in a separate process, which is started once it is needed. */
export function readerOf(helper: BuiltHelper, keyring: Pick<Keyring, 'env'>) {
  let other: KeychainHelper | null = null;
  const waiting = new Map<number, (answer: unknown) => void>();
  let lastId = 0;
  const start = (): KeychainHelper => {
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
      other.send({ id, ...question } as never);
    });
  return {
    /** The entries of a service. */
    of: (service: string) => ({
      get: (account: string) => ask({ operation: 'get', service, account }),
      set: (account: string, value: string) => ask({ operation: 'set', service, account, value }),
      delete: (account: string) => ask({ operation: 'delete', service, account }),
    }),
    close: () => other?.kill(),
  };
}

/** The same for one service. */
export function entriesOf(helper: BuiltHelper, keyring: Pick<Keyring, 'env'>, service: string) {
  const { of, close } = readerOf(helper, keyring);
  return { ...of(service), close };
}
