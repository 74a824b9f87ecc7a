/**
 * Builds the sign-ins module: the handlers of the namespace `signIns`, and the authorization of every request to
 * Cloudflare. Also creates the context that the files of this folder share (context.ts).
 */
import { randomBytes } from 'node:crypto';
import type { Handlers } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';
import type { Verification } from '../changes';
import type { Cloudflare } from '../cloudflare';
import type { SystemKeychain } from '../keychain';
import type { SignInRow, Database, Tables } from '../database';
import { addSample, addSignIn } from './add';
import { checkSignIn } from './verify';
import { Authorizations } from './authorizations';
import { createConfirmation, type SignInQuestion } from './confirm';
import { changeEmail, renameSignIn, replaceKey } from './edit';
import { EnteredSecrets } from './entered-secrets';
import { allowWrites, refuseWrites, setReadOnly } from './read-only';
import { orphanKeys } from './orphans';
import type { SignInContext } from './context';
import { finishInterrupted, removeSignIn } from './remove';
import { SessionKeys } from './session-keys';
import { SignInHealth } from './health';
import { SerialQueue } from '../lib/serial-queue';
import { listSignIns } from './view';

/** Dependencies of the sign-ins, and times in ms. */
export interface SignInsOptions {
  database: Database;
  keychain: SystemKeychain;
  cloudflare: Cloudflare;
  verification: Pick<Verification, 'ready' | 'askOnce' | 'stored' | 'keychainAnswered'>;
  /** Now, ms since the epoch. */
  now: () => number;
  /** A monotonic clock, in ms. */
  elapsed: () => number;
  /** Asks the person outside the page to confirm a sign-in; see `ConfirmationOptions`. */
  ask: (question: SignInQuestion) => Promise<boolean>;
  /** The sign-in of the demo; default none. */
  sample?: { email: string; key: string } | null;
  /** Creates the id of a new sign-in; default 16 random hex characters. */
  newId?: () => string;
  /** See `AuthorizationsOptions`; default 60 s. */
  keepKeyMs?: number;
  /** See `AuthorizationsOptions`; default 3 s. */
  keepRefusalMs?: number;
}

/** How long a key stays in memory after its last use, in ms. */
const KEEP_KEY_MS = 60_000;

function createContext(options: SignInsOptions, onRecovered: () => void): SignInContext {
  const { database, keychain, cloudflare, now } = options;
  const sessionKeys = new SessionKeys();
  const health = new SignInHealth(database, onRecovered, now);
  const rows = rowSteps(database);
  const authorizations = new Authorizations({
    saved: rows.saved,
    keychain,
    sessionKeys,
    health,
    verification: options.verification,
    keepKeyMs: options.keepKeyMs ?? KEEP_KEY_MS,
    keepRefusalMs: options.keepRefusalMs ?? 3_000,
  });
  return {
    database,
    keychain,
    cloudflare,
    folderKeyStored: options.verification.stored,
    sessionKeys,
    authorizations,
    health,
    secrets: new EnteredSecrets(options.keepKeyMs ?? KEEP_KEY_MS),
    confirmation: createConfirmation(options),
    queue: new SerialQueue(),
    onRecovered,
    now,
    newId: options.newId ?? (() => randomBytes(8).toString('hex')),
    ...rows,
  };
}

/** The functions of the context that read and change rows of sign-ins. */
function rowSteps(database: Database): Pick<SignInContext, 'put' | 'saved' | 'change'> {
  const savedIn = ({ signIns }: Tables, id: string): SignInRow | null => {
    const row = signIns.get(id);
    return row?.state === 'removing' ? null : row;
  };
  return {
    put: (row) =>
      database.write(({ signIns }) => {
        signIns.put(row);
        return null;
      }),
    saved: (id) => {
      const row = database.read((tables) => savedIn(tables, id));
      if (!row.ok) return row;
      return row.value ? success(row.value) : failed('sign-in.not-found');
    },
    change: (id, changes, then) => {
      const changed = database.write((tables) => {
        const row = savedIn(tables, id);
        if (!row) return false;
        tables.signIns.put({ ...row, ...changes });
        then?.(tables);
        return true;
      });
      if (!changed.ok) return changed;
      return changed.value ? success(null) : failed('sign-in.not-found');
    },
  };
}

/** Creates the sign-ins module. It uses neither keychain nor network before the first call. */
export function createSignIns(options: SignInsOptions) {
  const context: SignInContext = createContext(options, () => {
    // What the keychain refused before says nothing any more, and interrupted work can be finished.
    context.authorizations.retryRefused();
    void finishInterrupted(context);
  });
  const { database, keychain, authorizations, health, secrets, sessionKeys } = context;

  /** Records a failure for a sign-in; see `report`. Call inside `Database.write`. */
  function recordIssue(tables: Tables, id: string, failure: Failure): void {
    // Reading still works, so this is no issue of the sign-in.
    if (failure.code === 'sign-in.read-only') refuseWrites(tables, id);
    else health.recordIn(tables, id, failure);
  }

  const handlers: Handlers<'signIns'> = {
    list: () => listSignIns(database),
    canStoreKey: async () => {
      const probed = await keychain.probe();
      if (probed.ok) void finishInterrupted(context);
      return probed;
    },
    add: (entered) => addSignIn(context, entered),
    hasSample: () => success(Boolean(options.sample)),
    addSample: () =>
      options.sample ? addSample(context, options.sample) : failed('sign-in.invalid-input'),
    check: ({ signInId }) => checkSignIn(context, signInId),
    rename: ({ signInId, label }) => renameSignIn(context, signInId, label),
    changeEmail: ({ signInId, email }) => changeEmail(context, signInId, email),
    replaceKey: (entered) => replaceKey(context, entered.signInId, entered),
    setReadOnly: ({ signInId, readOnly }) => setReadOnly(context, signInId, readOnly),
    remove: ({ signInId }) => removeSignIn(context, signInId, 'even-used'),
  };

  return {
    /** The handlers of the namespace `signIns`. */
    handlers,
    /** The authorization of a sign-in, for one request. */
    authorizationOf: authorizations.of,
    /** Changes when the email or key of a sign-in is replaced; '' if there is no such sign-in. Contains no key. */
    versionOf: (id: string): string => authorizations.versionOf(id),
    /**
     * Records the result of a request for a sign-in: a failure with recovery `sign-in`, or null for success. After
     * `sign-in.read-only`, the sign-in is read-only.
     */
    report: (id: string, failure: Failure | null): void => {
      if (failure) database.write((tables) => recordIssue(tables, id, failure));
      else health.clear(id, 'any');
    },
    recordIssue,
    /** Records that a write succeeded: a sign-in whose writes were refused before may write again. */
    writeSucceeded: (id: string): void => allowWrites(context, id),
    /** Lets the next request ask the keychain again after a refusal. Call it when the person pressed *Try again*. */
    retryRefused: (): void => authorizations.retryRefused(),
    /** Finishes interrupted changes of keys (remove.ts). Call it after the first paint. Never fails. */
    finishInterrupted: (): Promise<void> => finishInterrupted(context),
    /** Removes a sign-in and its key; fails with `sign-in.in-use` while an organization uses it. */
    remove: (id: string): Promise<Result<null>> => removeSignIn(context, id, 'unused'),
    /** Handles keys in the keychain that have no sign-in. */
    orphans: orphanKeys(context),
    /** The names of the sign-ins whose key is kept for this session only. */
    sessionOnlyLabels: (): string[] => {
      const rows = database.read(({ signIns }) => signIns.all());
      const all = rows.ok ? rows : success([]);
      return all.value.filter(({ id }) => sessionKeys.has(id)).map(({ label }) => label);
    },
    /** Forgets the keys that the keychain can return again, because the computer goes to sleep or was locked. */
    forgetKeys: (): void => {
      authorizations.forgetKeys();
      secrets.forget();
    },
    /** Forgets every key, because the app is quitting. */
    stop: (): void => {
      authorizations.stop();
      secrets.forget();
      sessionKeys.clear();
    },
  };
}

/** What other modules use of sign-ins. */
export type SignIns = ReturnType<typeof createSignIns>;
