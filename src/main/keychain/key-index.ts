/**
 * A list, in the keychain itself, of the sign-in ids of one data folder, so that damage to the database
 * orphans no key. It is JSON in the entry `index:<id>`, where <id> is that of the folder (index-id.ts).
 * An entry holds 2,560 bytes; more ids go into `index:<id>-2`, `index:<id>-3` and so on.
 */
import { failed, success, type Outcome } from '../../shared/outcome';
import type { Entries } from './entries';
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
  readonly #entries: Entries;
  readonly #indexId: IndexId;

  constructor(entries: Entries, indexId: IndexId) {
    this.#entries = entries;
    this.#indexId = indexId;
  }

  /** All ids. Fails if the index cannot be read; that is never an empty list. */
  async ids(): Promise<Outcome<string[]>> {
    const stored = await this.#read();
    return stored.ok ? success([...new Set(stored.value?.pages.flat())]) : stored;
  }

  /** Adds an id, unless it is listed. After `store.*` nothing was written to the keychain. */
  async add(id: string): Promise<Outcome<null>> {
    const stored = await this.#read();
    if (!stored.ok) return stored;
    if (!stored.value) return this.#create(id);
    const { indexId, pages } = stored.value;
    if (pages.some((ids) => ids.includes(id))) return success(null);
    const free = pages.findIndex((ids) => ids.length < IDS_PER_ENTRY);
    const page = free === -1 ? pages.length : free;
    if (page >= MAX_ENTRIES) return failed('keychain.bad-value');
    const ids = [...(pages[page] ?? []), id];
    return this.#entries.write(accountOf(indexId, page), JSON.stringify(ids));
  }

  /** Removes an id. With the last one the index is deleted, too, so nothing stays behind. */
  async remove(id: string): Promise<Outcome<null>> {
    const stored = await this.#read();
    if (!stored.ok) return stored;
    if (!stored.value) return success(null);
    const { indexId, pages } = stored.value;
    const left = pages.map((ids) => ids.filter((other) => other !== id));
    for (const [page, ids] of left.entries()) {
      if (ids.length === pages[page]?.length) continue;
      const written = await this.#entries.write(accountOf(indexId, page), JSON.stringify(ids));
      if (!written.ok) return written;
    }
    // From the end, so that an interruption never leaves an entry that `#read` does not reach.
    for (let page = left.length - 1; page >= 0 && left[page]?.length === 0; page -= 1) {
      const removed = await this.#entries.remove(accountOf(indexId, page));
      if (!removed.ok) return removed;
    }
    return success(null);
  }

  /** Creates the index. The folder's id is created only if the keychain can store keys. */
  async #create(id: string): Promise<Outcome<null>> {
    const open = await this.#entries.probe();
    if (!open.ok) return open;
    const indexId = this.#indexId.create();
    if (!indexId.ok) return indexId;
    return this.#entries.write(accountOf(indexId.value, 0), JSON.stringify([id]));
  }

  /** Reads the entries up to the first that does not exist; null: there is no index. */
  async #read(): Promise<Outcome<Stored | null>> {
    const known = this.#indexId.read();
    if (!known.ok) return known;
    if (known.value === null) return success(null);
    const indexId = known.value;
    const pages: string[][] = [];
    while (pages.length < MAX_ENTRIES) {
      const isFull = pages.every((ids) => ids.length >= IDS_PER_ENTRY);
      const account = accountOf(indexId, pages.length);
      // Where the next id may be written, "nothing found" must be verified: a locked keyring says the
      // same, and a write would then shorten the index.
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
