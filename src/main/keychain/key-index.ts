/**
 * The index: a list of the sign-in ids of one data folder. It is stored in the keychain itself, so that keys can
 * be found even if the database is damaged. It is the entry `index:<id>`, where <id> is the id of the data folder
 * (index-id.ts): each sign-in id in base64url, separated by commas.
 */
import { failed, success, type Result } from '../../shared/result';
import type { KeychainEntries } from './entries';
import type { IndexId } from './index-id';

/** The most sign-ins in an index: 12 bytes each, in an entry of at most 2,560 bytes (Windows). Messages say it. */
export const MAX_SIGN_INS = 200;

const accountOf = (indexId: string): string => `index:${indexId}`;

const compact = (id: string): string => Buffer.from(id, 'hex').toString('base64url');

/** The content of the entry. */
const textOf = (ids: readonly string[]): string => ids.map(compact).join(',');

/** Extracts the ids from the entry, even if it is damaged, because no id may be lost. */
function idsIn(text: string): string[] {
  const ids = (text.match(/[\w-]+/g) ?? []).map((word) =>
    Buffer.from(word, 'base64url').toString('hex'),
  );
  return ids.filter((id) => id.length === 16);
}

/** The content of an index. */
interface Stored {
  indexId: string;
  ids: string[];
}

/** Reads and changes the index. The caller must make one call at a time. */
export class KeyIndex {
  readonly #entries: KeychainEntries;
  readonly #indexId: IndexId;

  constructor(entries: KeychainEntries, indexId: IndexId) {
    this.#entries = entries;
    this.#indexId = indexId;
  }

  /** All ids. Fails if the index cannot be read; that is never an empty list. */
  async ids(): Promise<Result<string[]>> {
    const stored = await this.#read();
    return stored.ok ? success([...new Set(stored.value?.ids)]) : stored;
  }

  /**
   * Adds an id, unless it is listed already. After `database.*` and `keychain.full` nothing was written to the keychain.
   */
  async add(id: string): Promise<Result<null>> {
    const stored = await this.#read();
    if (!stored.ok) return stored;
    if (!stored.value) return this.#create(id);
    const { indexId, ids } = stored.value;
    if (ids.includes(id)) return success(null);
    if (ids.length >= MAX_SIGN_INS) return failed('keychain.full');
    return this.#entries.write(accountOf(indexId), textOf([...ids, id]));
  }

  /** Removes an id. Removing the last id deletes the index, so that nothing stays in the keychain. */
  async remove(id: string): Promise<Result<null>> {
    const stored = await this.#read();
    if (!stored.ok) return stored;
    if (!stored.value) return success(null);
    const { indexId, ids } = stored.value;
    const remaining = ids.filter((other) => other !== id);
    if (remaining.length === ids.length) return success(null);
    if (remaining.length === 0) return this.#entries.remove(accountOf(indexId));
    return this.#entries.write(accountOf(indexId), textOf(remaining));
  }

  /** Creates the index. The folder's id is created only if the keychain can store keys. */
  async #create(id: string): Promise<Result<null>> {
    const probed = await this.#entries.probe();
    if (!probed.ok) return probed;
    const indexId = this.#indexId.create();
    if (!indexId.ok) return indexId;
    return this.#entries.write(accountOf(indexId.value), textOf([id]));
  }

  /** Reads the index. Null if the data folder has none. */
  async #read(): Promise<Result<Stored | null>> {
    const known = this.#indexId.read();
    if (!known.ok) return known;
    if (known.value === null) return success(null);
    // "Nothing found" must be verified: a locked keyring also finds nothing, and a write would then replace the ids.
    const entry = await this.#entries.readVerified(accountOf(known.value));
    if (!entry.ok) return entry;
    return success({ indexId: known.value, ids: idsIn(entry.value ?? '') });
  }
}
