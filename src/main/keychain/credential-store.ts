/**
 * The keychain as the rest of main sees it: keys by sign-in id, one call at a time, and the index that
 * knows every id before its key exists. The rules for single entries are in entries.ts.
 */
import { failed, type Outcome } from '../../shared/failure';
import { signInIdSchema } from '../../shared/sign-in';
import * as v from 'valibot';
import { canBeKept, Entries } from './entries';
import { HelperLink } from './helper-link';
import type { IndexId } from './index-id';
import { KeyIndex } from './key-index';
import type { HelperProcess } from './protocol';
import type { CredentialStore } from './types';

/** What the keychain needs from outside; times in ms. */
export interface KeychainOptions {
  /** Starts the helper process (helper.ts). */
  spawn: () => HelperProcess;
  /** The name our entries have in the keychain. */
  service: string;
  /** Which index in it is ours: data folders may share a service (see `indexIdIn`). */
  indexId: IndexId;
  /** When to say that the computer may be asking for its password; default 5 s. */
  promptAfterMs?: number;
  /** When to give up on one question to the keychain; default 60 s. */
  timeoutMs?: number;
  /** When to end a helper nobody uses; default 60 s. */
  idleAfterMs?: number;
  /** Hears true when the computer may be asking for its password, false when that is over. */
  onPrompt?: (asking: boolean) => void;
  platform?: NodeJS.Platform;
}

/** Keeps keys in the operating system's keychain by way of a helper process. */
export class Keychain implements CredentialStore {
  readonly #link: HelperLink;
  readonly #entries: Entries;
  readonly #index: KeyIndex;
  #last: Promise<unknown> = Promise.resolve();
  #givenUp = 0;

  constructor(options: KeychainOptions) {
    this.#link = new HelperLink({
      spawn: options.spawn,
      promptAfterMs: options.promptAfterMs ?? 5_000,
      timeoutMs: options.timeoutMs ?? 60_000,
      idleAfterMs: options.idleAfterMs ?? 60_000,
      onPrompt: options.onPrompt ?? (() => {}),
    });
    this.#entries = new Entries(this.#link, options.service, options.platform ?? process.platform);
    this.#index = new KeyIndex(this.#entries, options.indexId);
  }

  /** See `CredentialStore.get`. Nothing found though expected is `keychain.lost`. */
  get(id: string, expected: boolean): Promise<Outcome<string | null>> {
    return this.#inTurn(id, async () => {
      if (!expected) return this.#entries.read(id);
      const found = await this.#entries.readSurely(id);
      return found.ok && found.value === null ? failed('keychain.lost') : found;
    });
  }

  /**
   * See `CredentialStore.set`. After `keychain.bad-value`, `keychain.locked`, `keychain.unavailable` and
   * `store.*` the key was certainly not written; after `keychain.timed-out`,
   * `keychain.not-kept` and `app.stopping` it may have been, and the caller has to keep its record
   * until `delete` has succeeded.
   */
  set(id: string, key: string): Promise<Outcome<null>> {
    return this.#inTurn(id, async () => {
      if (!canBeKept(key)) return failed('keychain.bad-value');
      const listed = await this.#index.add(id);
      if (!listed.ok) return listed;
      const written = await this.#entries.write(id, key);
      if (written.ok || written.failure.code !== 'keychain.unavailable') return written;
      // The keychain was there a moment ago and went away during the write: nobody knows.
      return failed('keychain.not-kept');
    });
  }

  /** See `CredentialStore.delete`. */
  delete(id: string): Promise<Outcome<null>> {
    return this.#inTurn(id, async () => {
      const removed = await this.#entries.remove(id);
      return removed.ok ? this.#index.remove(id) : removed;
    });
  }

  /** See `CredentialStore.index`. */
  index(): Promise<Outcome<string[]>> {
    return this.#inTurn(null, () => this.#index.ids());
  }

  /** See `CredentialStore.probe`. */
  probe(): Promise<Outcome<null>> {
    return this.#inTurn(null, () => this.#entries.probe());
  }

  /** See `CredentialStore.stop`. */
  stop(): void {
    this.#link.stop();
  }

  /**
   * Runs one operation after those before it. When the keychain did not answer an operation, those
   * that waited behind it fail the same way instead of waiting their own 60 s each.
   */
  #inTurn<T>(id: string | null, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (id !== null && !v.is(signInIdSchema, id)) return Promise.resolve(failed('app.unexpected'));
    const givenUpBefore = this.#givenUp;
    const turn = this.#last.then(async () => {
      if (this.#givenUp !== givenUpBefore) return failed('keychain.timed-out');
      const outcome = await work();
      if (!outcome.ok && outcome.failure.code === 'keychain.timed-out') this.#givenUp += 1;
      return outcome;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
