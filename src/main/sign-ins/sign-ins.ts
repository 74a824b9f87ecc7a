/**
 * The feature behind the contract's room `signIns`, and the authorization of every request. Wires the
 * parts of this room; what they do is in the files beside this one.
 */
import { randomBytes } from 'node:crypto';
import type { Handlers } from '../../shared/contract/bridge';
import { failed, success, type Failure, type Outcome } from '../../shared/failure';
import type { Authorization, AuthorizationSource, Cloudflare } from '../cloudflare/types';
import type { CredentialStore } from '../keychain';
import type { CredentialRow, Store, Tables } from '../database/tables';
import { addSignIn } from './add';
import { checkSignIn } from './verify';
import { Authorizations } from './authorizations';
import { changeEmail, renameSignIn, replaceKey } from './edit';
import { orphanKeys } from './orphans';
import type { SignInContext } from './context';
import { finishInterrupted, removeSignIn } from './remove';
import { SessionKeys } from './session-keys';
import { SignInHealth } from './health';
import { SerialQueue } from '../lib/serial-queue';
import { listSignIns } from './view';

/** What sign-ins need; times in ms. */
export interface SignInsOptions {
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
  /** Whether an authorization is still that of its sign-in: meanwhile the key may have been replaced. */
  isCurrent(id: string, authorization: Authorization): boolean;
  /** Records what a request found out about a sign-in: a failure of healing `sign-in`, or null. */
  report(id: string, failure: Failure | null): void;
  /** Lets the keychain be asked again at once: the person said "try again". */
  askAgain(): void;
  /** Finishes what was interrupted; run it after the first paint. Never fails. */
  finishInterrupted(): Promise<void>;
  /** Removes a sign-in and its key; `sign-in.in-use` while an organization uses it. */
  remove(id: string): Promise<Outcome<null>>;
  /** Keys no record knows. */
  orphans: ReturnType<typeof orphanKeys>;
  /** Labels of the sign-ins whose key is kept for this session only. */
  sessionOnlyLabels(): string[];
  /** Forgets every key: the app is quitting. */
  stop(): void;
}

function partsOf(options: SignInsOptions, onHealed: () => void): SignInContext {
  const { store, keychain, cloudflare, now } = options;
  const sessionKeys = new SessionKeys();
  const health = new SignInHealth(store, onHealed, now);
  const authorizations = new Authorizations({
    store,
    keychain,
    sessionKeys,
    health,
    keepKeyMs: options.keepKeyMs ?? 60_000,
    holdRefusalMs: options.holdRefusalMs ?? 3_000,
  });
  return {
    store,
    keychain,
    cloudflare,
    sessionKeys,
    authorizations,
    health,
    turns: new SerialQueue(),
    onHealed,
    now,
    newId: options.newId ?? (() => randomBytes(8).toString('hex')),
    ...rowsOf(store),
  };
}

/** The steps on rows that all files of this room share. */
function rowsOf(store: Store): Pick<SignInContext, 'put' | 'saved' | 'change'> {
  const savedIn = ({ credentials }: Tables, id: string): CredentialRow | null => {
    const row = credentials.get(id);
    return row?.state === 'removing' ? null : row;
  };
  return {
    put: (row) =>
      store.write(({ credentials }) => {
        credentials.put(row);
        return null;
      }),
    saved: (id) => {
      const row = store.read((tables) => savedIn(tables, id));
      if (!row.ok) return row;
      return row.value ? success(row.value) : failed('sign-in.none');
    },
    change: (id, changes) => {
      const changed = store.write((tables) => {
        const row = savedIn(tables, id);
        if (row) tables.credentials.put({ ...row, ...changes });
        return row !== null;
      });
      if (!changed.ok) return changed;
      return changed.value ? success(null) : failed('sign-in.none');
    },
  };
}

/** Wires sign-ins. Touches neither keychain nor network before it is asked to. */
export function createSignIns(options: SignInsOptions): SignIns {
  // A keychain that works again can finish what it could not before.
  const parts: SignInContext = partsOf(options, () => void finishInterrupted(parts));
  const { store, keychain, authorizations, health, sessionKeys } = parts;

  const handlers: Handlers<'signIns'> = {
    list: () => listSignIns(store),
    canKeep: async () => {
      const probed = await keychain.probe();
      if (probed.ok) void finishInterrupted(parts);
      return probed;
    },
    add: (entered) => addSignIn(parts, entered),
    check: ({ signInId }) => checkSignIn(parts, signInId),
    rename: ({ signInId, label }) => renameSignIn(parts, signInId, label),
    changeEmail: ({ signInId, email }) => changeEmail(parts, signInId, email),
    replaceKey: ({ signInId, key, keep }) => replaceKey(parts, signInId, { key, keep }),
    remove: ({ signInId }) => removeSignIn(parts, signInId, 'even-used'),
  };

  return {
    handlers,
    authorizationOf: authorizations.of,
    isCurrent: (id, authorization) => authorizations.isCurrent(id, authorization),
    report: (id, failure) => {
      if (failure) health.record(id, failure);
      else health.clear(id, 'any');
    },
    askAgain: () => authorizations.askAgain(),
    finishInterrupted: () => finishInterrupted(parts),
    remove: (id) => removeSignIn(parts, id, 'unused'),
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
