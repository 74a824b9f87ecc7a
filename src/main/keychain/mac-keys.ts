/**
 * The keys with which earlier runs made the MACs of rows (database/row-macs.ts). They are in the keychain, one entry
 * `mac:<id>` per data folder: 64 hex characters each, separated by commas, oldest first. There is more than one only
 * while the rows get new MACs.
 */
import { failed, success, type Outcome } from '../../shared/outcome';
import type { KeychainEntries } from './entries';
import type { IndexId } from './index-id';

const accountOf = (indexId: string): string => `mac:${indexId}`;

/** An entry of the keychain holds 2,560 bytes. More than two keys are only left after repeated crashes. */
const MAX_KEYS = 32;

/** Reads and changes the entry. The caller must make one call at a time. */
export class MacKeys {
  readonly #entries: KeychainEntries;
  readonly #indexId: IndexId;

  constructor(entries: KeychainEntries, indexId: IndexId) {
    this.#entries = entries;
    this.#indexId = indexId;
  }

  /** The keys; none if there certainly are none. Null if this data folder has nothing in the keychain yet. */
  async read(): Promise<Outcome<string[] | null>> {
    const id = this.#indexId.read();
    if (!id.ok) return id;
    if (id.value === null) return success(null);
    const entry = await this.#entries.readVerified(accountOf(id.value));
    if (!entry.ok) return entry;
    return success(entry.value?.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? []);
  }

  /** Replaces the keys. Only if this data folder already has something in the keychain. */
  async write(keys: readonly string[]): Promise<Outcome<null>> {
    const id = this.#indexId.read();
    if (!id.ok) return id;
    if (id.value === null) return failed('app.unexpected');
    return this.#entries.write(accountOf(id.value), keys.slice(-MAX_KEYS).join(','));
  }

  /** Deletes the keys. */
  async remove(): Promise<Outcome<null>> {
    const id = this.#indexId.read();
    if (!id.ok) return id;
    return id.value === null ? success(null) : this.#entries.remove(accountOf(id.value));
  }
}
