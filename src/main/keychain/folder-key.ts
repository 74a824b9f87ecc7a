/**
 * What the keychain keeps for a data folder itself, in one entry `mac:<id>`: the key of the MACs of rows
 * (database/row-macs.ts), 64 hex characters, and the marks of its database, 16 hex characters each. The database has one
 * of them, too. Each start replaces it (changes/verification.ts); there are two only while it does.
 */
import { failed, success, type Result } from '../../shared/result';
import type { KeychainEntries } from './entries';
import type { IndexId } from './index-id';

/** The key of a data folder, and the marks that its database may have. */
export interface FolderKey {
  /** 64 hex characters. */
  key: string;
  /** Oldest first. */
  marks: readonly string[];
}

const accountOf = (indexId: string): string => `mac:${indexId}`;

/** Reads and changes the entry. The caller must make one call at a time. */
export class FolderKeyEntry {
  readonly #entries: KeychainEntries;
  readonly #indexId: IndexId;

  constructor(entries: KeychainEntries, indexId: IndexId) {
    this.#entries = entries;
    this.#indexId = indexId;
  }

  /**
   * The key. `none`: the keychain has none for this data folder. Null: the folder has no name in the keychain yet, or the
   * file with it (`keychain-id`) was lost.
   */
  async read(): Promise<Result<FolderKey | 'none' | null>> {
    const id = this.#indexId.read();
    if (!id.ok) return id;
    if (id.value === null) return success(null);
    const entry = await this.#entries.readVerified(accountOf(id.value));
    if (!entry.ok) return entry;
    const words = (entry.value ?? '').split(' ');
    const key = words.find((word) => /^[0-9a-f]{64}$/.test(word));
    const marks = words.filter((word) => /^[0-9a-f]{16}$/.test(word));
    return success(key === undefined ? 'none' : { key, marks });
  }

  /** Stores the key and the marks, and verifies them by reading them back. */
  async write({ key, marks }: FolderKey): Promise<Result<null>> {
    const id = this.#indexId.create();
    if (!id.ok) return failed(id.failure.code);
    return this.#entries.write(accountOf(id.value), [key, ...marks].join(' '));
  }

  /** Deletes the entry. */
  async remove(): Promise<Result<null>> {
    const id = this.#indexId.read();
    if (!id.ok) return id;
    return id.value === null ? success(null) : this.#entries.remove(accountOf(id.value));
  }
}
