/**
 * The harness for sign-ins: a real keyring through the real keychain helper (a child process), a real
 * database, and the app's own client with the stand-in (a fake Cloudflare API server) over HTTP.
 */
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { startKeyring, type Keyring, type KeyringState } from '../../../build/keyring.mjs';
import type { SampleSignIn } from '../../../src/main/desktop/environment';
import { SystemKeychain } from '../../../src/main/keychain';
import { createSignIns, type SignInQuestion } from '../../../src/main/sign-ins';
import { sampleSignIn, sampleToken, startStandin, type StandinOptions } from '../../standin';
import { indexId } from '../keychain/memory-keychain';
import { buildHelper, readerOf, type BuiltHelper } from '../keychain/real-keychain';
import { clientFor, PublishedIds, temporaryDatabase, checked } from './harness';

/** A keyring and what reads it. */
interface Place {
  keyring: Keyring;
  reader: ReturnType<typeof readerOf>;
}

async function close({ keyring, reader }: Place): Promise<void> {
  reader.close();
  await keyring.stop();
}

/** The keyring, which calls `onChange` before its state is changed. */
function watched(keyring: Keyring, onChange: () => void): Keyring {
  const changing =
    <R>(change: () => R) =>
    (): R => {
      onChange();
      return change();
    };
  const { freeze, lock, kill } = keyring;
  return { ...keyring, freeze: changing(freeze), lock: changing(lock), kill: changing(kill) };
}

/** The request of calls without parameters. */
export const NOTHING = null;

/** An outcome with this failure code. */
export const fails = (code: string) => ({
  ok: false,
  failure: expect.objectContaining({ code }) as unknown,
});

/** The request to add the sample sign-in, as a person enters it; `changes` replaces parts of it. */
export const entered = (changes: object = {}) => ({
  kind: 'key' as const,
  label: 'Main account',
  email: sampleSignIn.email,
  key: sampleSignIn.key,
  keep: 'keychain' as 'keychain' | 'session',
  readOnly: false,
  ...changes,
});

/** The request to add the sample token, as a person enters it. */
export const enteredToken = {
  kind: 'token' as const,
  label: '',
  key: sampleToken.value,
  keep: 'keychain' as 'keychain' | 'session',
  readOnly: false,
};

/** Returns a function that creates the harness of one test. Call this once per test file. */
export function realHarness() {
  let helper: BuiltHelper;
  /** Open, for tests that leave it so; each has a service of its own in it. */
  let unlocked: Place | null = null;
  let services = 0;
  beforeAll(async () => {
    helper = await buildHelper();
  });
  afterAll(async () => {
    if (unlocked) await close(unlocked);
    helper.remove();
  });

  const newPlace = async (state: KeyringState): Promise<Place> => {
    const keyring = await startKeyring({ state });
    return { keyring, reader: readerOf(helper, keyring) };
  };

  async function placeFor(state: KeyringState): Promise<Place> {
    if (state !== 'unlocked') {
      const place = await newPlace(state);
      onTestFinished(() => close(place));
      return place;
    }
    const place = (unlocked ??= await newPlace(state));
    const onChange = (): void => {
      if (unlocked !== place) return;
      unlocked = null;
      onTestFinished(() => close(place));
    };
    return { ...place, keyring: watched(place.keyring, onChange) };
  }

  return async function parts(
    state: KeyringState,
    standinOptions: StandinOptions = {},
    pageSize?: number,
  ) {
    const { keyring, reader } = await placeFor(state);
    const service = `Letterhead (test ${(services += 1)})`;
    const standin = await startStandin(standinOptions);
    onTestFinished(() => standin.close());
    const database = temporaryDatabase();
    const entries = reader.of(service);
    const published = new PublishedIds(database);
    /** The questions that the person was asked, what happens meanwhile, and whether they confirm the next ones. */
    const person = {
      asked: [] as SignInQuestion[],
      whileAsked: (): unknown => undefined,
      confirms: true,
    };
    /** Creates the objects of a newly launched app. */
    const start = (timeoutMs = 60_000, sample: SampleSignIn | null = null) => {
      const keychain = new SystemKeychain({
        spawn: () => helper.spawn(keyring),
        service,
        indexId,
        timeoutMs,
      });
      const cloudflare = clientFor(standin.url, pageSize);
      const signIns = createSignIns({
        database,
        keychain,
        cloudflare,
        verification: checked,
        now: Date.now,
        elapsed: () => performance.now(),
        ask: async (question) => {
          person.asked.push(question);
          await person.whileAsked();
          return person.confirms;
        },
        keepRefusalMs: 0,
        sample,
      });
      onTestFinished(() => keychain.stop());
      return { keychain, signIns };
    };
    return { keyring, standin, database, entries, published, person, start, ...start() };
  };
}
