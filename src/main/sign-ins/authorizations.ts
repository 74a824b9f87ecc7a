/**
 * Provides the authorization (email and key, or token) of each sign-in for main's requests. A key that is kept for
 * this session only is in memory; any other comes from the keychain and stays in memory until 60 s after its last use,
 * or until the computer sleeps or is locked. Otherwise every request would need a call to the keychain, which on some
 * systems prompts the person. Concurrent requests share one call.
 */
import type { Failure } from '../../shared/failure';
import { success, type Result } from '../../shared/result';
import type { Authorization, AuthorizationSource } from '../cloudflare';
import type { Verification } from '../changes';
import type { SystemKeychain } from '../keychain';
import type { SignInRow } from '../database';
import type { SessionKeys } from './session-keys';
import type { SignInHealth } from './health';

/** Dependencies of the authorizations, and times in ms. */
export interface AuthorizationsOptions {
  /** See `SignInContext`. */
  saved: (id: string) => Result<SignInRow>;
  keychain: SystemKeychain;
  sessionKeys: SessionKeys;
  health: SignInHealth;
  /** Nothing goes to Cloudflare before the key of the data folder has been read. */
  verification: Pick<Verification, 'ready' | 'askOnce' | 'keychainAnswered'>;
  /** How long a key stays in memory after its last use. */
  keepKeyMs: number;
  /**
   * How long a failure of the keychain is returned again without another call. A person who closed the system's
   * unlock prompt must not get ten more prompts from ten waiting requests.
   */
  keepRefusalMs: number;
}

/** A value that is dropped when its timer fires. */
interface Kept<T> {
  value: T;
  timer: ReturnType<typeof setTimeout>;
}

/** Reads keys from the keychain and caches them for a short time. */
export class Authorizations {
  readonly #options: AuthorizationsOptions;
  readonly #keys = new Map<string, Kept<string>>();
  readonly #refusals = new Map<string, Kept<Failure>>();
  readonly #reading = new Map<string, Promise<Result<string>>>();
  /** How many times each sign-in's key was dropped. A read that started before a drop may return an old key. */
  readonly #drops = new Map<string, number>();
  /** How many times each sign-in's key was replaced. */
  readonly #replacements = new Map<string, number>();

  constructor(options: AuthorizationsOptions) {
    this.#options = options;
  }

  /**
   * The authorization of a sign-in. Fails with `sign-in.not-found` (no such sign-in, or it has no key),
   * `keychain.*` (recorded as an issue of the sign-in), `database.*` or `app.stopping`.
   */
  readonly of: AuthorizationSource = async (id) => {
    const row = this.#options.saved(id);
    if (!row.ok) return row;
    const { sessionKeys, verification } = this.#options;
    if (sessionKeys.has(id)) await verification.askOnce();
    const known = sessionKeys.get(id) ?? this.#cached(id);
    if (known !== null) return success(authorization(row.value, known));
    if (row.value.state === 'session-only') return this.#fail(id, { code: 'keychain.lost' });
    const refusal = this.#refusals.get(id);
    if (refusal) return { ok: false, failure: refusal.value };

    const drops = this.#drops.get(id);
    const read = await this.#read(id);
    if (this.#drops.get(id) !== drops) return this.of(id);
    if (!read.ok) return this.#fail(id, read.failure);
    this.#options.health.clear(id, 'keychain');
    const now = this.#options.saved(id);
    return now.ok ? success(authorization(now.value, read.value)) : now;
  };

  /** See `SignIns.versionOf`. */
  versionOf(id: string): string {
    const row = this.#options.saved(id);
    return row.ok ? `${this.#replacements.get(id) ?? 0} ${row.value.email}` : '';
  }

  /** Call when a sign-in may have another key than before. */
  replaced(id: string): void {
    this.forget(id);
    this.#replacements.set(id, (this.#replacements.get(id) ?? 0) + 1);
  }

  /** Caches a key that was just stored, unless it was forgotten meanwhile. */
  remember(id: string, key: Result<string>): void {
    this.replaced(id);
    if (key.ok) this.#keep(this.#keys, id, key.value, this.#options.keepKeyMs);
  }

  /** Drops the key and the keychain's last refusal from memory; the next request asks the keychain. */
  forget(id: string): void {
    this.#drop(this.#keys, id);
    this.#drop(this.#refusals, id);
    this.#reading.delete(id);
    this.#drops.set(id, (this.#drops.get(id) ?? 0) + 1);
  }

  /**
   * Drops the key and the keychain's last refusal, but not a read that is under way: pressing *Check* repeatedly shows
   * the system's prompt once.
   */
  askAgain(id: string): void {
    this.#drop(this.#keys, id);
    this.#drop(this.#refusals, id);
  }

  /**
   * Drops every key that the keychain can return again, because the computer goes to sleep or was locked. A read
   * that is under way serves its request but is not kept.
   */
  forgetKeys(): void {
    for (const id of [...this.#keys.keys()]) this.#drop(this.#keys, id);
    this.#reading.clear();
    this.#options.keychain.endIdleHelper();
  }

  /** Drops everything, because the app is quitting. */
  stop(): void {
    for (const id of [...this.#keys.keys(), ...this.#refusals.keys()]) this.forget(id);
  }

  /** Forgets refusals, so that the next request asks the keychain. Call it when the person pressed *Try again*. */
  retryRefused(): void {
    for (const id of [...this.#refusals.keys()]) this.#drop(this.#refusals, id);
  }

  /** Reads from the keychain; concurrent calls share one read. */
  #read(id: string): Promise<Result<string>> {
    const running = this.#reading.get(id);
    if (running) return running;
    const { keychain, verification } = this.#options;
    const reading = verification
      .ready()
      .then((ready): Result<string> | Promise<Result<string>> =>
        ready.ok ? keychain.get(id) : ready,
      );
    this.#reading.set(id, reading);
    void reading.then((result) => {
      if (result.ok) verification.keychainAnswered();
      if (this.#reading.get(id) !== reading) return;
      this.#reading.delete(id);
      const { keepKeyMs, keepRefusalMs } = this.#options;
      if (!result.ok) this.#keep(this.#refusals, id, result.failure, keepRefusalMs);
      else this.#keep(this.#keys, id, result.value, keepKeyMs);
    });
    return reading;
  }

  /** The cached key, or null. Using a key restarts its timer. */
  #cached(id: string): string | null {
    const kept = this.#keys.get(id);
    kept?.timer.refresh();
    return kept?.value ?? null;
  }

  /** Records a failure of the keychain as an issue of the sign-in. */
  #fail(id: string, failure: Failure): Result<Authorization> {
    if (failure.code.startsWith('keychain.')) this.#options.health.record(id, failure);
    return { ok: false, failure };
  }

  #keep<T>(kept: Map<string, Kept<T>>, id: string, value: T, ms: number): void {
    this.#drop(kept, id);
    const timer = setTimeout(() => kept.delete(id), ms);
    timer.unref();
    kept.set(id, { value, timer });
  }

  #drop(kept: Map<string, Kept<unknown>>, id: string): void {
    clearTimeout(kept.get(id)?.timer);
    kept.delete(id);
  }
}

function authorization({ kind, email, userId }: SignInRow, key: string): Authorization {
  return { kind, email, key, userId: userId ?? '' };
}
