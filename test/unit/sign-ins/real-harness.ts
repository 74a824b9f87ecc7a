/**
 * Sign-ins on real parts: a real keyring through the real helper, the real database, the app's own
 * client, and the Cloudflare stand-in over HTTP.
 */
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { startKeyring, type Keyring, type KeyringState } from '../../../build/keyring.mjs';
import { Keychain } from '../../../src/main/keychain';
import { createSignIns } from '../../../src/main/sign-ins';
import { sampleCredential, startStandin, type StandinOptions } from '../../standin';
import { indexId } from '../keychain/memory-keychain';
import { buildHelper, entriesOf, type BuiltHelper } from '../keychain/real-keychain';
import { clientFor, PublishedIds, temporaryStore } from './harness';

const SERVICE = 'Letterhead (test)';
/** The request of calls without parameters. */
export const NOTHING = null;

/** An outcome with this failure code. */
export const fails = (code: string) => ({
  ok: false,
  failure: expect.objectContaining({ code }) as unknown,
});

/** What a person enters for the sample sign-in. */
export const entered = (changes: object = {}) => ({
  label: 'Main account',
  email: sampleCredential.email,
  key: sampleCredential.key,
  keep: 'keychain' as 'keychain' | 'session',
  ...changes,
});

/** Returns the function that creates the parts of one test; call it once per test file. */
export function realHarness() {
  // Real processes are slow on a busy machine.
  vi.setConfig({ testTimeout: 30_000 });

  let helper: BuiltHelper;
  beforeAll(async () => {
    helper = await buildHelper();
  });
  afterAll(() => helper.remove());

  return async function parts(
    state: KeyringState,
    standinOptions: StandinOptions = {},
    pageSize?: number,
  ) {
    const keyring: Keyring = await startKeyring({ state });
    onTestFinished(() => keyring.stop());
    const standin = await startStandin(standinOptions);
    onTestFinished(() => standin.close());
    const store = temporaryStore();
    const entries = entriesOf(helper, keyring, SERVICE);
    onTestFinished(() => entries.close());
    const published = new PublishedIds(store);
    /** The app's objects, as after a start. */
    const start = (timeoutMs = 60_000) => {
      const keychain = new Keychain({
        spawn: () => helper.spawn(keyring),
        service: SERVICE,
        indexId,
        timeoutMs,
      });
      const cloudflare = clientFor(standin.url, pageSize);
      const signIns = createSignIns({
        store,
        keychain,
        cloudflare,
        now: Date.now,
        holdRefusalMs: 0,
      });
      onTestFinished(() => keychain.stop());
      return { keychain, signIns };
    };
    return { keyring, standin, store, entries, published, start, ...start() };
  };
}
