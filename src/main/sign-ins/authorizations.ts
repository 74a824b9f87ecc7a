/**
 * Gives everybody in main the authorization of a sign-in: from this session's memory or from the
 * keychain. A key read from the keychain stays in memory while requests follow each other and at most
 * 60 s after the last one; otherwise every request would cost a call to the keychain, and with some
 * systems a question to the person. Several requests at once share one call.
 */
import { failed, success, type Failure, type Outcome } from '../../shared/failure';
import type { Authorization, AuthorizationSource } from '../cloudflare/types';
import type { CredentialStore } from '../keychain';
import type { CredentialRow, Store } from '../database/tables';
import type { SessionKeys } from './session-keys';
import type { SignInHealth } from './health';

/** What this needs; times in ms. */
export interface AuthorizationsOptions {
  store: Store;
  keychain: CredentialStore;
  sessionKeys: SessionKeys;
  health: SignInHealth;
  /** How long a key stays in memory after its last use. */
  keepKeyMs: number;
  /**
   * How long a keychain's refusal is repeated without asking it again: a person who closed the
   * system's unlock window is not asked once more for each of ten waiting requests.
   */
  holdRefusalMs: number;
}

interface Held<T> {
  value: T;
  timer: ReturnType<typeof setTimeout>;
}

/** Keys on their way from the keychain to a request. */
export class Authorizations {
  readonly #options: AuthorizationsOptions;
  readonly #keys = new Map<string, Held<string>>();
  readonly #refusals = new Map<string, Held<Failure>>();
  readonly #reading = new Map<string, Promise<Outcome<string | null>>>();
  /** How often each sign-in's key was dropped: what was asked before that is about another key. */
  readonly #drops = new Map<string, number>();

  constructor(options: AuthorizationsOptions) {
    this.#options = options;
  }

  /**
   * The authorization of a sign-in. Fails with `sign-in.none` (no such sign-in, or it has no key),
   * `keychain.*` (recorded as the sign-in's trouble), `store.*` or `app.stopping`.
   */
  readonly of: AuthorizationSource = async (id) => {
    const row = this.#row(id);
    if (!row.ok) return row;
    const known = this.#options.sessionKeys.get(id) ?? this.#used(id);
    if (known !== null) return success(authorization(row.value, known));
    if (row.value.state === 'session-only') return this.#issue(id, { code: 'keychain.lost' });
    const refusal = this.#refusals.get(id);
    if (refusal) return { ok: false, failure: refusal.value };

    const drops = this.#drops.get(id);
    const read = await this.#read(id);
    if (this.#drops.get(id) !== drops) return this.of(id);
    if (!read.ok) return this.#issue(id, read.failure);
    if (read.value === null) return failed('sign-in.none');
    this.#options.health.clear(id, 'keychain');
    const now = this.#row(id);
    return now.ok ? success(authorization(now.value, read.value)) : now;
  };

  /** Whether these are still the sign-in's e-mail and key, as far as memory knows: it asks no keychain. */
  isCurrent(id: string, { email, key }: Authorization): boolean {
    const row = this.#row(id);
    const known = this.#options.sessionKeys.get(id) ?? this.#keys.get(id)?.value ?? key;
    return row.ok && row.value.email === email && known === key;
  }

  /** Puts a key just stored where the next requests find it. */
  remember(id: string, key: string): void {
    this.forget(id);
    this.#hold(this.#keys, id, key, this.#options.keepKeyMs);
  }

  /** Drops the key from memory, and what the keychain last said; the next request asks it again. */
  forget(id: string): void {
    this.#drop(this.#keys, id);
    this.#drop(this.#refusals, id);
    this.#reading.delete(id);
    this.#drops.set(id, (this.#drops.get(id) ?? 0) + 1);
  }

  /** Drops everything: the app is quitting. */
  stop(): void {
    for (const id of [...this.#keys.keys(), ...this.#refusals.keys()]) this.forget(id);
  }

  /** Lets the keychain be asked again at once, because the person said "try again". */
  askAgain(): void {
    for (const id of [...this.#refusals.keys()]) this.#drop(this.#refusals, id);
  }

  #row(id: string): Outcome<CredentialRow> {
    const row = this.#options.store.read(({ credentials }) => credentials.get(id));
    if (!row.ok) return row;
    if (!row.value || row.value.state === 'removing') return failed('sign-in.none');
    return success(row.value);
  }

  /** Asks the keychain, once for all who ask meanwhile. */
  #read(id: string): Promise<Outcome<string | null>> {
    const under = this.#reading.get(id);
    if (under) return under;
    const reading = this.#options.keychain.get(id, true);
    this.#reading.set(id, reading);
    void reading.then((outcome) => {
      if (this.#reading.get(id) !== reading) return;
      this.#reading.delete(id);
      const { keepKeyMs, holdRefusalMs } = this.#options;
      if (!outcome.ok) this.#hold(this.#refusals, id, outcome.failure, holdRefusalMs);
      else if (outcome.value !== null) this.#hold(this.#keys, id, outcome.value, keepKeyMs);
    });
    return reading;
  }

  #used(id: string): string | null {
    const held = this.#keys.get(id);
    held?.timer.refresh();
    return held?.value ?? null;
  }

  #issue(id: string, failure: Failure): Outcome<Authorization> {
    if (failure.code.startsWith('keychain.')) this.#options.health.record(id, failure);
    return { ok: false, failure };
  }

  #hold<T>(held: Map<string, Held<T>>, id: string, value: T, ms: number): void {
    this.#drop(held, id);
    const timer = setTimeout(() => held.delete(id), ms);
    timer.unref();
    held.set(id, { value, timer });
  }

  #drop(held: Map<string, Held<unknown>>, id: string): void {
    clearTimeout(held.get(id)?.timer);
    held.delete(id);
  }
}

function authorization({ email, userId }: CredentialRow, key: string): Authorization {
  return { email, key, userId: userId ?? '' };
}
