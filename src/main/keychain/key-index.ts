/**
 * The keychain's own list of the sign-in ids we use, so that after damage to the database no key is
 * orphaned. It is kept in the entry `index` as JSON; ids that find no place there (an entry holds
 * 2,560 bytes) continue in `index-2`, `index-3` and so on.
 */
import { failed, success, type Outcome } from '../../shared/failure';
import type { Entries } from './entries';

/** Ids per entry: 16 hex characters with quotes and a comma are 19 bytes, so 128 fit. */
const IDS_PER_ENTRY = 128;

/** More entries than this are not looked for; 128,000 sign-ins are a fault, not a use. */
const MAX_ENTRIES = 1_000;

const accountOf = (page: number): string => (page === 0 ? 'index' : `index-${page + 1}`);

/** Takes the ids from an entry's text, whatever else may have happened to it: no id may be lost. */
function idsIn(text: string): string[] {
  return text.match(/(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/g) ?? [];
}

/** Reads and changes the index; the caller takes turns, so reading and writing never interleave. */
export class KeyIndex {
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  /** All ids. A keychain that cannot be read is a failure, never an empty list. */
  async ids(): Promise<Outcome<string[]>> {
    const pages = await this.#pages();
    return pages.ok ? success([...new Set(pages.value.flat())]) : pages;
  }

  /** Lists the id, unless it is listed. */
  async add(id: string): Promise<Outcome<null>> {
    const pages = await this.#pages();
    if (!pages.ok) return pages;
    if (pages.value.some((ids) => ids.includes(id))) return success(null);
    const free = pages.value.findIndex((ids) => ids.length < IDS_PER_ENTRY);
    const page = free === -1 ? pages.value.length : free;
    if (page >= MAX_ENTRIES) return failed('keychain.bad-value');
    return this.#entries.write(accountOf(page), JSON.stringify([...(pages.value[page] ?? []), id]));
  }

  /** Takes the id out; the last one takes the index with it, so that nothing stays behind. */
  async remove(id: string): Promise<Outcome<null>> {
    const pages = await this.#pages();
    if (!pages.ok) return pages;
    const left = pages.value.map((ids) => ids.filter((other) => other !== id));
    for (const [page, ids] of left.entries()) {
      if (ids.length === pages.value[page]?.length) continue;
      const written = await this.#entries.write(accountOf(page), JSON.stringify(ids));
      if (!written.ok) return written;
    }
    // From the end, so that an interruption never leaves an entry that reading would not reach.
    for (let page = left.length - 1; page >= 0 && left[page]?.length === 0; page -= 1) {
      const removed = await this.#entries.remove(accountOf(page));
      if (!removed.ok) return removed;
    }
    return success(null);
  }

  /** The entries one after the other, up to the first that certainly does not exist. */
  async #pages(): Promise<Outcome<string[][]>> {
    const pages: string[][] = [];
    while (pages.length < MAX_ENTRIES) {
      const full = pages.every((ids) => ids.length >= IDS_PER_ENTRY);
      const account = accountOf(pages.length);
      // Where an id would be written next, "nothing found" has to be certain: a locked keyring says
      // the same, and writing then would shorten the index.
      const entry = await (full ? this.#entries.readSurely(account) : this.#entries.read(account));
      if (!entry.ok) return entry;
      if (entry.value === null) break;
      pages.push(idsIn(entry.value));
    }
    return success(pages);
  }
}
