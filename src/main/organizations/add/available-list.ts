/**
 * The organizations that a sign-in can see, and which of them are ticked. They arrive in pages and are sorted
 * afterwards: those not saved yet first, then by name. Sorting yields to the event loop, so that even a list of
 * 100,000 does not block main for long.
 */
import {
  MAX_PRESELECTED,
  type AvailableRows,
  type AvailableSummary,
} from '../../../shared/additions';
import { nameOrder } from '../../../shared/messages/locale';
import { fold, foldedWords, type ListedEntry } from '../../database';

/** An organization or account as Cloudflare lists it. */
interface ListedOrganization extends Readonly<ListedEntry> {
  readonly saved: boolean;
}

/** An organization in the sorted list. */
interface AvailableRow extends ListedOrganization {
  /** The name, folded for the filter. */
  readonly folded: string;
  ticked: boolean;
}

type Compare = (one: ListedOrganization, other: ListedOrganization) => number;
/** Yields to the event loop if it was blocked for `SLICE_MS`. */
type YieldIfDue = () => Promise<void>;

/** Filter words that are also matched against ids. Fewer characters match too many ids by chance. */
const ID_PART = /^[0-9a-f]{8,32}$/;
/** How long sorting may block the event loop at a time, in ms. */
const SLICE_MS = 4;
/** While sorting, the clock is checked once per this many items. */
const GROUP = 256;

/** Compares two organizations in the order of the list. */
function listOrder(): Compare {
  const names = nameOrder();
  return (one, other) =>
    Number(one.saved) - Number(other.saved) ||
    names.compare(one.name, other.name) ||
    (one.id < other.id ? -1 : 1);
}

function createYieldIfDue(yieldToEventLoop: () => Promise<void>): YieldIfDue {
  let startedAt = performance.now();
  return async () => {
    if (performance.now() - startedAt < SLICE_MS) return;
    await yieldToEventLoop();
    startedAt = performance.now();
  };
}

/** Merges two sorted lists. */
async function merge(
  one: readonly ListedOrganization[],
  other: readonly ListedOrganization[],
  compare: Compare,
  yieldIfDue: YieldIfDue,
): Promise<ListedOrganization[]> {
  const all: ListedOrganization[] = [];
  let [next, nextOther] = [one[0], other[0]];
  let [index, indexOther] = [0, 0];
  while (next || nextOther) {
    if (next && (!nextOther || compare(next, nextOther) <= 0)) {
      all.push(next);
      next = one[(index += 1)];
    } else if (nextOther) {
      all.push(nextOther);
      nextOther = other[(indexOther += 1)];
    }
    if (all.length % GROUP === 0) await yieldIfDue();
  }
  return all;
}

/** Collects the organizations, sorts them, filters them and holds the ticks. */
export class AvailableList {
  /** By id. Null until `sort` has moved the organization into the list, and for skipped ones. */
  readonly #byId = new Map<string, AvailableRow | null>();
  /** Sorted pages that are not in `#all` yet. */
  #pages: ListedOrganization[][] = [];
  /** The sorted list. */
  #all: readonly AvailableRow[] = [];
  #saved = 0;
  #ticked = 0;
  /** The rows of the last filter, cached because scrolling asks for them repeatedly. */
  #filtered: { filter: string; rows: readonly AvailableRow[] } | null = null;
  readonly #onlyNew: boolean;

  /** @param onlyNew whether to skip organizations that are already saved */
  constructor(onlyNew: boolean) {
    this.#onlyNew = onlyNew;
  }

  /** How many organizations were found, including skipped ones. */
  get found(): number {
    return this.#byId.size;
  }

  /** How many of the organizations found were already saved. */
  get saved(): number {
    return this.#saved;
  }

  /** Adds a page; duplicates are ignored. Call `sort` to move it into the list. */
  add(page: readonly ListedOrganization[]): void {
    const added: ListedOrganization[] = [];
    for (const listed of page) {
      if (this.#byId.has(listed.id)) continue;
      this.#byId.set(listed.id, null);
      if (listed.saved) this.#saved += 1;
      if (!listed.saved || !this.#onlyNew) added.push(listed);
    }
    this.#pages.push(added.sort(listOrder()));
  }

  /**
   * Sorts everything that was added into the list.
   * @param yieldToEventLoop resolves after other pending work has run
   */
  async sort(yieldToEventLoop: () => Promise<void>): Promise<void> {
    const compare = listOrder();
    const yieldIfDue = createYieldIfDue(yieldToEventLoop);
    let parts: (readonly ListedOrganization[])[] = [this.#all, ...this.#pages];
    this.#pages = [];
    // Merge in pairs, so that each organization is compared a few times instead of once per page.
    while (parts.length > 1) {
      const pairs: (readonly ListedOrganization[])[] = [];
      for (let index = 0; index < parts.length; index += 2) {
        const [one = [], other] = parts.slice(index, index + 2);
        pairs.push(other ? await merge(one, other, compare, yieldIfDue) : one);
      }
      parts = pairs;
    }
    const all: AvailableRow[] = [];
    // Create the rows in sorted order. The filter then reads memory sequentially and is several times faster.
    for (const listed of parts[0] ?? []) {
      const { id, kind, name, parent, createdAt, saved } = listed;
      const ticked = this.#byId.get(id)?.ticked ?? false;
      const row = { id, kind, name, parent, createdAt, saved, folded: fold(name), ticked };
      this.#byId.set(id, row);
      if (all.push(row) % GROUP === 0) await yieldIfDue();
    }
    this.#all = all;
    this.#filtered = null;
  }

  /** Ticks everything if the list is short, because most people want all of a short list. */
  preselect(): void {
    if (this.#all.length <= MAX_PRESELECTED) this.tick('shown', true, '');
  }

  /** The rows that the filter shows, starting at index `offset`. */
  rows(filter: string, offset: number, limit: number): AvailableRows {
    const rows = this.#matching(filter).slice(offset, offset + limit);
    return {
      ...this.summary(filter),
      offset,
      rows: rows.map(({ id, name, parent, saved, ticked }) => ({
        id,
        name,
        parent,
        saved,
        ticked,
      })),
    };
  }

  /** The counts under a filter. */
  summary(filter: string): AvailableSummary {
    const rows = this.#matching(filter);
    let [ticked, addable] = [0, 0];
    for (const row of rows) {
      if (row.ticked) ticked += 1;
      if (!row.saved) addable += 1;
    }
    return {
      listed: this.#all.length,
      ticked: this.#ticked,
      shown: { listed: rows.length, ticked, addable },
    };
  }

  /**
   * Ticks or unticks the organizations with these ids, or (`shown`) all that the filter shows. Saved organizations
   * cannot be ticked.
   */
  tick(which: 'shown' | readonly string[], ticked: boolean, filter: string): void {
    for (const item of which === 'shown' ? this.#matching(filter) : which) {
      const row = typeof item === 'string' ? this.#byId.get(item) : item;
      if (!row || row.saved || row.ticked === ticked) continue;
      row.ticked = ticked;
      this.#ticked += ticked ? 1 : -1;
    }
  }

  /** The ticked organizations, in the order of the list. */
  chosen(): readonly ListedEntry[] {
    return this.#all.filter(({ ticked }) => ticked);
  }

  #matching(filter: string): readonly AvailableRow[] {
    const words = foldedWords(filter);
    if (words.length === 0) return this.#all;
    if (this.#filtered?.filter !== filter) {
      const terms = words.map((word) => ({ word, inIds: ID_PART.test(word) }));
      const matches = ({ id, folded }: AvailableRow): boolean =>
        terms.every(({ word, inIds }) => folded.includes(word) || (inIds && id.includes(word)));
      this.#filtered = { filter, rows: this.#all.filter(matches) };
    }
    return this.#filtered.rows;
  }
}
