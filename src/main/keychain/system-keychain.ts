/**
 * The keychain for the rest of main: stores keys by sign-in id, one operation at a time, and keeps the index up to
 * date. Each reason why a key cannot be read has its own failure code: locked, lost, keychain unavailable, timed out
 * (`keychain.*`).
 *
 * All calls go through the helper, a separate process that can be killed when the keychain hangs. The index is a
 * list of sign-in ids in the keychain itself, so keys can be found even if the database is lost. An id is added
 * before its key is stored, and removed after its key is deleted. So the index lists every stored key, and it
 * may list ids without a key. The rules for single entries are in entries.ts.
 */
import { failed, success, type Result } from '../../shared/result';
import { signInIdSchema } from '../../shared/sign-in';
import * as v from 'valibot';
import { isStorable, KeychainEntries } from './entries';
import { FolderKeyEntry, type FolderKey } from './folder-key';
import { HelperLink } from '../lib/helper-link';
import { SerialQueue } from '../lib/serial-queue';
import type { IndexId } from './index-id';
import { KeyIndex } from './key-index';
import { answerSchema, type KeychainHelper, type KeychainLink } from './protocol';

/** Dependencies of the keychain, and times in ms. */
export interface KeychainOptions {
  /** Starts the helper process (helper.ts). */
  spawn: () => KeychainHelper;
  /** The service name of our entries in the keychain. */
  service: string;
  /** Identifies our index, because data folders may share a service (see `indexIdIn`). */
  indexId: IndexId;
  /** After how long to report that the computer may be prompting for a password; default 5 s. */
  promptAfterMs?: number;
  /** Timeout of one request to the keychain; default 60 s. */
  timeoutMs?: number;
  /** After how long an idle helper is ended; default 3 s, because it takes 42 MB and may still hold a key. */
  idleAfterMs?: number;
  /** Called with true when the computer may be prompting for a password, and with false when that is over. */
  onPrompt?: (isPrompting: boolean) => void;
  platform?: NodeJS.Platform;
}

/** Stores keys in the operating system's keychain, one operation at a time. */
export class SystemKeychain {
  readonly #link: KeychainLink;
  readonly #entries: KeychainEntries;
  readonly #index: KeyIndex;
  readonly #folderKey: FolderKeyEntry;
  readonly #queue = new SerialQueue();
  /** How many operations have timed out. */
  #timeouts = 0;

  constructor(options: KeychainOptions) {
    this.#link = new HelperLink({
      spawn: options.spawn,
      answers: answerSchema,
      promptAfterMs: options.promptAfterMs ?? 5_000,
      timeoutMs: options.timeoutMs ?? 60_000,
      idleAfterMs: options.idleAfterMs ?? 3_000,
      onPrompt: options.onPrompt ?? (() => {}),
    });
    this.#entries = new KeychainEntries(
      this.#link,
      options.service,
      options.platform ?? process.platform,
    );
    this.#index = new KeyIndex(this.#entries, options.indexId);
    this.#folderKey = new FolderKeyEntry(this.#entries, options.indexId);
  }

  /** The key of a sign-in. Fails with `keychain.locked`, or with `keychain.lost` if there certainly is none. */
  get(id: string): Promise<Result<string>> {
    return this.#enqueue(id, async () => {
      const key = await this.#entries.readVerified(id);
      if (!key.ok) return key;
      return key.value === null ? failed('keychain.lost') : success(key.value);
    });
  }

  /**
   * Adds the id to the index, stores the key, and verifies it by reading it back. After `keychain.invalid-value`,
   * `keychain.full`, `keychain.locked`, `keychain.unavailable` and `database.*` the key was certainly not written.
   * After `keychain.timed-out`, `keychain.not-stored` and `app.stopping` it may have been written, and the caller must
   * keep the sign-in's row until `delete` has succeeded.
   * @param given the key, or a function that returns it: the system may prompt the person before it can be written, and
   *   no one should hold it that long. If that function fails, so does `set`, and nothing is written
   */
  set(id: string, given: string | (() => Result<string>)): Promise<Result<null>> {
    const read = typeof given === 'string' ? () => success(given) : given;
    return this.#enqueue(id, async () => {
      const problem = problemOf(read);
      if (problem) return problem;
      const listed = await this.#index.add(id);
      if (!listed.ok) return listed;
      const key = read();
      if (!key.ok) return key;
      const written = await this.#entries.write(id, key.value);
      if (written.ok || written.failure.code !== 'keychain.unavailable') return written;
      // The keychain disappeared during the write, so the key may or may not be there.
      return failed('keychain.not-stored');
    });
  }

  /** Deletes a key, verifies that it is gone, then removes the id from the index. */
  delete(id: string): Promise<Result<null>> {
    return this.#enqueue(id, async () => {
      const removed = await this.#entries.remove(id);
      return removed.ok ? this.#index.remove(id) : removed;
    });
  }

  /** The ids in the index of this data folder. Fails with `database.*` if the folder's id is unreadable. */
  index(): Promise<Result<string[]>> {
    return this.#enqueue(null, () => this.#index.ids());
  }

  /**
   * The key of this data folder (folder-key.ts); `none` if there certainly is none. Null if nothing of this folder was ever
   * stored in the keychain.
   */
  folderKey(): Promise<Result<FolderKey | 'none' | null>> {
    return this.#enqueue(null, () => this.#folderKey.read());
  }

  /** Stores the key of this data folder, and verifies it by reading it back. */
  setFolderKey(key: FolderKey): Promise<Result<null>> {
    return this.#enqueue(null, () => this.#folderKey.write(key));
  }

  /** Deletes the key of this data folder. */
  deleteFolderKey(): Promise<Result<null>> {
    return this.#enqueue(null, () => this.#folderKey.remove());
  }

  /** Checks that keys can be stored now, by writing, reading and deleting a test entry. */
  probe(): Promise<Result<null>> {
    return this.#enqueue(null, () => this.#entries.probe());
  }

  /** Ends the helper process if it has nothing to do, because its memory may still contain a key. */
  endIdleHelper(): void {
    this.#link.endIdle();
  }

  /** Ends the helper process immediately. The current and later calls fail with `app.stopping`. */
  stop(): void {
    this.#link.stop();
  }

  /**
   * Runs an operation after all earlier ones. If an operation times out, all operations that are waiting at
   * that moment fail with `keychain.timed-out`, too, instead of taking 60 s each.
   */
  #enqueue<T>(id: string | null, work: () => Promise<Result<T>>): Promise<Result<T>> {
    if (id !== null && !v.is(signInIdSchema, id)) return Promise.resolve(failed('app.unexpected'));
    const timeoutsBefore = this.#timeouts;
    return this.#queue.take(async () => {
      if (this.#timeouts !== timeoutsBefore) return failed('keychain.timed-out');
      const result = await work();
      if (!result.ok && result.failure.code === 'keychain.timed-out') this.#timeouts += 1;
      return result;
    });
  }
}

/** Why a key cannot be stored, or null. */
function problemOf(read: () => Result<string>): Result<never> | null {
  const key = read();
  if (!key.ok) return key;
  return isStorable(key.value) ? null : failed('keychain.invalid-value');
}
