/**
 * The feature behind the contract's room `signIns`, and the authorization of every request. Wires the
 * parts of this room; what they do is in the files beside this one.
 */
import { randomBytes } from 'node:crypto';
import type { Handlers } from '../../shared/bridge';
import { success, type Failure, type Outcome } from '../../shared/failure';
import type { AuthorizationSource, Cloudflare } from '../cloudflare/types';
import type { CredentialStore } from '../keychain';
import type { Store } from '../store/tables';
import { addSignIn } from './adding';
import { checkSignIn, findOrganizations } from './asking';
import { Authorizations } from './authorizations';
import { orphanKeys } from './orphans';
import type { Parts } from './parts';
import { finishInterrupted, removeSignIn } from './removing';
import { SessionKeys } from './session-keys';
import { Troubles, type SignInListeners } from './troubles';
import { Turns } from './turns';
import { countsOf, toSignIn } from './view';

/** What sign-ins need; times in ms. */
export interface SignInsOptions extends SignInListeners {
  store: Store;
  keychain: CredentialStore;
  cloudflare: Cloudflare;
  now: () => number;
  newId?: () => string;
  /** See `AuthorizationsOptions`; default 60 s. */
  keepKeyMs?: number;
  /** See `AuthorizationsOptions`; default 3 s. */
  holdRefusalMs?: number;
}

/** What others may use of sign-ins. */
export interface SignIns {
  /** The contract's room `signIns`. */
  handlers: Handlers<'signIns'>;
  /** Gives the authorization of a sign-in for one request. */
  authorizationOf: AuthorizationSource;
  /** Records what a request found out about a sign-in: a failure of healing `sign-in`, or null. */
  report(id: string, failure: Failure | null): void;
  /** Lets the keychain be asked again at once: the person said "try again". */
  askAgain(): void;
  /** Finishes what was interrupted; run it after the first paint. Never fails. */
  finishInterrupted(): Promise<void>;
  /** Removes a sign-in and its key. */
  remove(id: string): Promise<Outcome<null>>;
  /** Keys no record knows. */
  orphans: ReturnType<typeof orphanKeys>;
  /** Labels of the sign-ins whose key is kept for this session only. */
  sessionOnlyLabels(): string[];
  /** Forgets every key: the app is quitting. */
  stop(): void;
}

function partsOf(options: SignInsOptions, listeners: SignInListeners): Parts {
  const { store, keychain, cloudflare, now } = options;
  const sessionKeys = new SessionKeys();
  const troubles = new Troubles(store, listeners);
  const authorizations = new Authorizations({
    store,
    keychain,
    sessionKeys,
    troubles,
    keepKeyMs: options.keepKeyMs ?? 60_000,
    holdRefusalMs: options.holdRefusalMs ?? 3_000,
  });
  return {
    store,
    keychain,
    cloudflare,
    sessionKeys,
    authorizations,
    troubles,
    turns: new Turns(),
    listeners,
    now,
    newId: options.newId ?? (() => randomBytes(8).toString('hex')),
    put: (row) =>
      store.write(({ credentials }) => {
        credentials.put(row);
        return null;
      }),
  };
}

/** Wires sign-ins. Touches neither keychain nor network before it is asked to. */
export function createSignIns(options: SignInsOptions): SignIns {
  const parts: Parts = partsOf(options, {
    onSignInsChanged: options.onSignInsChanged,
    onSignInTrouble: options.onSignInTrouble,
    onSignInHealed: (id) => {
      // A keychain that works again can finish what it could not before.
      void finishInterrupted(parts);
      options.onSignInHealed(id);
    },
  });
  const { store, keychain, authorizations, troubles, sessionKeys } = parts;

  const handlers: Handlers<'signIns'> = {
    list: () =>
      store.read((tables) => {
        const counts = countsOf(tables);
        return tables.credentials.all().map((row) => toSignIn(row, counts));
      }),
    canKeep: async () => {
      const probed = await keychain.probe();
      if (probed.ok) void finishInterrupted(parts);
      return probed;
    },
    add: (entered) => addSignIn(parts, entered),
    findOrganizations: ({ signInId }) => findOrganizations(parts, signInId),
    check: ({ signInId }) => checkSignIn(parts, signInId),
    remove: ({ signInId }) => removeSignIn(parts, signInId),
  };

  return {
    handlers,
    authorizationOf: authorizations.of,
    report: (id, failure) => {
      if (failure) troubles.record(id, failure);
      else troubles.clear(id, 'any');
    },
    askAgain: () => authorizations.askAgain(),
    finishInterrupted: () => finishInterrupted(parts),
    remove: (id) => removeSignIn(parts, id),
    orphans: orphanKeys(parts),
    sessionOnlyLabels: () => {
      const rows = store.read(({ credentials }) => credentials.all());
      const all = rows.ok ? rows : success([]);
      return all.value.filter(({ id }) => sessionKeys.has(id)).map(({ label }) => label);
    },
    stop: () => {
      authorizations.stop();
      sessionKeys.clear();
    },
  };
}
