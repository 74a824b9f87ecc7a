/**
 * The keychain's own list of the sign-in ids of one data folder, so that after damage to the database no
 * key is orphaned. It is kept in the entry `index:<id>` as JSON, where <id> is that of the folder
 * (index-id.ts); ids that find no place there (an entry holds 2,560 bytes) continue in `index:<id>-2`,
 * `index:<id>-3` and so on.
 */
import { failed, success, type Outcome } from '../../shared/failure';
import type { Entries } from './entries';
import type { IndexId } from './index-id';

/** Ids per entry: 16 hex characters with quotes and a comma are 19 bytes, so 128 fit. */
const IDS_PER_ENTRY = 128;

/** More entries than this are not looked for; 128,000 sign-ins are a fault, not a use. */
const MAX_ENTRIES = 1_000;

const accountOf = (indexId: string, page: number): string =>
  `index:${indexId}${page === 0 ? '' : `-${page + 1}`}`;

/** Takes the ids from an entry's text, whatever else may have happened to it: no id may be lost. */
function idsIn(text: string): string[] {
  return text.match(/(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/g) ?? [];
}

/** What is stored of an index. */
interface Stored {
  indexId: string;
  pages: string[][];
}

/** Reads and changes the index; the caller takes turns, so reading and writing never interleave. */
export class KeyIndex {
  readonly #entries: Entries;
  readonly #indexId: IndexId;

  constructor(entries: Entries, indexId: IndexId) {
    this.#entries = entries;
    this.#indexId = indexId;
  }

  /** All ids. An index that cannot be read is a failure, never an empty list. */
  async ids(): Promise<Outcome<string[]>> {
    const stored = await this.#read();
    return stored.ok ? success([...new Set(stored.value?.pages.flat())]) : stored;
  }

  /** Lists the id, unless it is listed. After `store.*` the keychain was not written. */
  async add(id: string): Promise<Outcome<null>> {
    const stored = await this.#read();
    if (!stored.ok) return stored;
    if (!stored.value) return this.#begin(id);
    const { indexId, pages } = stored.value;
    if (pages.some((ids) => ids.includes(id))) return success(null);
    const free = pages.findIndex((ids) => ids.length < IDS_PER_ENTRY);
    const page = free === -1 ? pages.length : free;
    if (page >= MAX_ENTRIES) return failed('keychain.bad-value');
    const ids = [...(pages[page] ?? []), id];
    return this.#entries.write(accountOf(indexId, page), JSON.stringify(ids));
  }

  /** Takes the id out; the last one takes the index with it, so that nothing stays behind. */
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
    // From the end, so that an interruption never leaves an entry that reading would not reach.
    for (let page = left.length - 1; page >= 0 && left[page]?.length === 0; page -= 1) {
      const removed = await this.#entries.remove(accountOf(indexId, page));
      if (!removed.ok) return removed;
    }
    return success(null);
  }

  /** Makes the index of a folder that has none. Its id is made only where keys can be kept. */
  async #begin(id: string): Promise<Outcome<null>> {
    const open = await this.#entries.probe();
    if (!open.ok) return open;
    const indexId = this.#indexId.create();
    if (!indexId.ok) return indexId;
    return this.#entries.write(accountOf(indexId.value, 0), JSON.stringify([id]));
  }

  /** The entries one after the other, up to the first that certainly does not exist; null: no index. */
  async #read(): Promise<Outcome<Stored | null>> {
    const known = this.#indexId.read();
    if (!known.ok) return known;
    if (known.value === null) return success(null);
    const indexId = known.value;
    const pages: string[][] = [];
    while (pages.length < MAX_ENTRIES) {
      const full = pages.every((ids) => ids.length >= IDS_PER_ENTRY);
      const account = accountOf(indexId, pages.length);
      // Where an id would be written next, "nothing found" has to be certain: a locked keyring says
      // the same, and writing then would shorten the index.
      const entry = await (full ? this.#entries.readSurely(account) : this.#entries.read(account));
      if (!entry.ok) return entry;
      if (entry.value === null) break;
      pages.push(idsIn(entry.value));
    }
    return success({ indexId, pages });
  }
}
