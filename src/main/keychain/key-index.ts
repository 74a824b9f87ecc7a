/**
 * The index: a list of the sign-in ids of one data folder. It is stored in the keychain itself, so that keys can
 * be found even if the database is damaged. It is JSON in the entry `index:<id>`, where <id> is the id of the
 * data folder (index-id.ts). An entry holds 2,560 bytes; more ids go into `index:<id>-2`, `index:<id>-3` and so
 * on.
 */
import { failed, success, type Outcome } from '../../shared/outcome';
import type { KeychainEntries } from './entries';
import type { IndexId } from './index-id';

/** Ids per entry: 16 hex characters with quotes and a comma are 19 bytes, so 128 fit. */
const IDS_PER_ENTRY = 128;

/** The most entries of an index. 128,000 sign-ins would be a bug, not a use case. */
const MAX_ENTRIES = 1_000;

const accountOf = (indexId: string, page: number): string =>
  `index:${indexId}${page === 0 ? '' : `-${page + 1}`}`;

/** Extracts the ids from an entry, even if its JSON is damaged, because no id may be lost. */
function idsIn(text: string): string[] {
  return text.match(/(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/g) ?? [];
}

/** The content of an index. */
interface Stored {
  indexId: string;
  pages: string[][];
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
  async ids(): Promise<Outcome<string[]>> {
    const stored = await this.#read();
    return stored.ok ? success([...new Set(stored.value?.pages.flat())]) : stored;
  }

  /** Adds an id, unless it is listed already. After `store.*` nothing was written to the keychain. */
  async add(id: string): Promise<Outcome<null>> {
    const stored = await this.#read();
    if (!stored.ok) return stored;
    if (!stored.value) return this.#create(id);
    const { indexId, pages } = stored.value;
    if (pages.some((ids) => ids.includes(id))) return success(null);
    const free = pages.findIndex((ids) => ids.length < IDS_PER_ENTRY);
    const page = free === -1 ? pages.length : free;
    if (page >= MAX_ENTRIES) return failed('keychain.invalid-value');
    const ids = [...(pages[page] ?? []), id];
    return this.#entries.write(accountOf(indexId, page), JSON.stringify(ids));
  }

  /** Removes an id. Removing the last id deletes the index, so that nothing stays in the keychain. */
  async remove(id: string): Promise<Outcome<null>> {
    const stored = await this.#read();
    if (!stored.ok) return stored;
    if (!stored.value) return success(null);
    const { indexId, pages } = stored.value;
    const remaining = pages.map((ids) => ids.filter((other) => other !== id));
    for (const [page, ids] of remaining.entries()) {
      if (ids.length === pages[page]?.length) continue;
      const written = await this.#entries.write(accountOf(indexId, page), JSON.stringify(ids));
      if (!written.ok) return written;
    }
    // Delete empty entries from the end: after an interruption, `#read` must still reach all others.
    for (let page = remaining.length - 1; page >= 0 && remaining[page]?.length === 0; page -= 1) {
      const removed = await this.#entries.remove(accountOf(indexId, page));
      if (!removed.ok) return removed;
    }
    return success(null);
  }

  /** Creates the index. The folder's id is created only if the keychain can store keys. */
  async #create(id: string): Promise<Outcome<null>> {
    const probed = await this.#entries.probe();
    if (!probed.ok) return probed;
    const indexId = this.#indexId.create();
    if (!indexId.ok) return indexId;
    return this.#entries.write(accountOf(indexId.value, 0), JSON.stringify([id]));
  }

  /** Reads the entries up to the first that does not exist. Null if there is no index. */
  async #read(): Promise<Outcome<Stored | null>> {
    const known = this.#indexId.read();
    if (!known.ok) return known;
    if (known.value === null) return success(null);
    const indexId = known.value;
    const pages: string[][] = [];
    while (pages.length < MAX_ENTRIES) {
      const isFull = pages.every((ids) => ids.length >= IDS_PER_ENTRY);
      const account = accountOf(indexId, pages.length);
      // The next id may be written to this entry, so "nothing found" must be verified. A locked keyring also
      // finds nothing, and the write would then replace the ids in the entry.
      const entry = await (isFull
        ? this.#entries.readVerified(account)
        : this.#entries.read(account));
      if (!entry.ok) return entry;
      if (entry.value === null) break;
      pages.push(idsIn(entry.value));
    }
    return success({ indexId, pages });
  }
}
