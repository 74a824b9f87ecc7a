/**
 * Finds a text in the cells of the table. The texts of 100,000 entries are read in slices, once; after that, only those of
 * entries that changed. Which cells have it is kept as a bit for each, so the next one is found without reading.
 */
import { success, failed, type Result } from '../../shared/result';
import { createFinder, storedPart, type Find } from '../../shared/find-text';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import { TABLE_COLUMNS, type FindPosition, type FoundCells } from '../../shared/table';
import type { Change, Database, ListEntry } from '../database';
import { shownTextsOf } from './clipboard-text';
import type { Snapshot } from './snapshot';

/** After so long a slice ends, in ms. What it reads last may take as long again. */
const SLICE_MS = 6;
/** Ids of entries with edits that are read at a time. */
const EDITED = 200;
/** Changed entries that are read at a time, of which each may have texts of half a million characters. */
const ENTRIES = 8;
/** The bit of a row whose texts are known; those below are of its fields. */
const KNOWN = 1 << FIELD_NAMES.length;

/** Dependencies of finding. */
export interface FindOptions {
  database: Database;
  yieldToEventLoop: () => Promise<void>;
}

/** How many of the lowest five bits are set. */
function bitsIn(bits: number): number {
  let count = 0;
  for (let rest = bits & (KNOWN - 1); rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** What was found in a snapshot. */
class Found {
  readonly key: string;
  readonly snapshot: Snapshot;
  readonly find: Find;
  readonly finder;
  /** By the number of the row: in which fields the text is, and those of them that have a draft. */
  readonly #cells: Uint8Array;
  readonly #drafts: Uint8Array;
  readonly counts = { cells: 0, entries: 0, drafts: 0, known: 0 };
  /** Rows whose entry changed since they were scanned. */
  readonly changed = new Set<number>();
  /** The entry with edits that was noted last as changed; null: all were. */
  editedCursor: string | null = '';
  /** The row id of the copy that was scanned last; null: all were. */
  copyCursor: number | null = 0;
  /** The end of the search that runs, or null. */
  running: Promise<Result<null>> | null = null;

  constructor(key: string, snapshot: Snapshot, find: Find) {
    this.key = key;
    this.snapshot = snapshot;
    this.find = find;
    this.finder = createFinder(find);
    this.#cells = new Uint8Array(snapshot.length);
    this.#drafts = new Uint8Array(snapshot.length);
  }

  /** Lets everything be scanned again. */
  restart(): void {
    this.editedCursor = '';
    this.copyCursor = 0;
  }

  /** Scans the texts of a row. `texts`: null if they are not known, undefined if the text cannot be in them. */
  scan(
    row: number,
    texts: Readonly<Record<FieldName, string>> | null | undefined,
    hasDraft: (field: FieldName) => boolean = () => false,
  ): void {
    let cells = texts === null ? 0 : KNOWN;
    let drafts = 0;
    for (const field of texts ? this.find.fields : []) {
      const text = texts?.[field] ?? '';
      if (!this.finder.isIn(text)) continue;
      const bit = 1 << FIELD_NAMES.indexOf(field);
      cells |= bit;
      if (hasDraft(field)) drafts |= bit;
    }
    this.#count(row, -1);
    this.#cells[row] = cells;
    this.#drafts[row] = drafts;
    this.#count(row, 1);
  }

  #count(row: number, by: 1 | -1): void {
    const cells = this.#cells[row] ?? 0;
    if (cells === 0) return;
    const { counts } = this;
    const found = bitsIn(cells);
    counts.known += by;
    if (found === 0) return;
    counts.cells += by * found;
    counts.entries += by;
    counts.drafts += by * bitsIn(this.#drafts[row] ?? 0);
  }

  /** The rows with the text, in their order. */
  rows(): number[] {
    const rows: number[] = [];
    for (const [row, cells] of this.#cells.entries())
      if ((cells & (KNOWN - 1)) !== 0) rows.push(row);
    return rows;
  }

  /** The next cell with the text, from a position on and around the end. Null: there is none. */
  next(
    { row, column, isIncluded }: FindPosition,
    direction: 'next' | 'previous',
  ): { row: number; field: FieldName } | null {
    const { length } = this.snapshot;
    const step = direction === 'next' ? 1 : -1;
    const start = TABLE_COLUMNS.indexOf(column);
    const isAfter = (at: number): boolean =>
      (at - start) * step > 0 || (isIncluded && at === start);
    // The row of the position comes twice: at the end with what is before the position.
    for (let n = 0; n <= length; n += 1) {
      const at = (((row + n * step) % length) + length) % length;
      const cells = this.#cells[at] ?? 0;
      if ((cells & (KNOWN - 1)) === 0) continue;
      const fields = FIELD_NAMES.filter((field, bit) => {
        const isFound = (cells & (1 << bit)) !== 0;
        return isFound && (n > 0 || isAfter(TABLE_COLUMNS.indexOf(field)));
      });
      const field = step > 0 ? fields[0] : fields.at(-1);
      if (field !== undefined) return { row: at, field };
    }
    return null;
  }
}

/** Creates what finds. */
export function createFind({ database, yieldToEventLoop }: FindOptions) {
  let found: Found | null = null;

  /** The row of an entry, if its texts must be read again. */
  function noteChanged(session: Found, ids: Iterable<string>): void {
    for (const id of ids) {
      const row = session.snapshot.rowOf(id);
      if (row !== null) session.changed.add(row);
    }
  }

  /** Notes the entries with a draft or a pending change, which have more than a copy, until the time of a slice is over. */
  function noteEdited(session: Found): Result<null> {
    const end = performance.now() + SLICE_MS;
    do {
      const after = session.editedCursor ?? '';
      const edited = database.read(({ organizations }) => organizations.edited(after, EDITED));
      if (!edited.ok) return edited;
      noteChanged(session, edited.value);
      session.editedCursor = edited.value.at(-1) ?? null;
    } while (session.editedCursor !== null && performance.now() < end);
    return success(null);
  }

  /** Scans saved copies, until the time of a slice is over. */
  function scanCopies(session: Found, after: number): Result<null> {
    const end = performance.now() + SLICE_MS;
    const part = storedPart(session.find);
    const isFolded = !session.find.matchCase;
    return database.read(({ profiles }) => {
      for (const { rowId, entryId, texts } of profiles.containing(part, { after, isFolded })) {
        const row = session.snapshot.rowOf(entryId);
        // One that has changed meanwhile is scanned again.
        if (row !== null) session.scan(row, texts);
        session.copyCursor = rowId;
        if (performance.now() >= end) return null;
      }
      session.copyCursor = null;
      return null;
    });
  }

  /** Scans entries that changed, or have more than a copy, until the time of a slice is over. */
  function scanChanged(session: Found): Result<null> {
    const end = performance.now() + SLICE_MS;
    const { snapshot, changed } = session;
    do {
      const rows = [...firstOf(changed, ENTRIES)];
      const ids = rows.map((row) => snapshot.ids[row] ?? '');
      const read = database.read(({ organizations }) => organizations.entries(ids));
      if (!read.ok) return read;
      const entries = new Map(read.value.map((entry) => [entry.organization.id, entry]));
      for (const [n, row] of rows.entries()) {
        changed.delete(row);
        const entry = entries.get(ids[n] ?? '');
        session.scan(row, entry ? textsOf(entry) : null, (field) =>
          Boolean(entry?.draft?.patch[field]),
        );
      }
    } while (changed.size > 0 && performance.now() < end);
    return success(null);
  }

  /** Scans some of what was not scanned yet. */
  function slice(session: Found): Result<null> {
    if (session.editedCursor !== null) return noteEdited(session);
    if (session.copyCursor !== null) return scanCopies(session, session.copyCursor);
    return scanChanged(session);
  }

  async function run(session: Found): Promise<Result<null>> {
    while (
      session.editedCursor !== null ||
      session.copyCursor !== null ||
      session.changed.size > 0
    ) {
      const scanned = slice(session);
      if (!scanned.ok) return scanned;
      await yieldToEventLoop();
      if (found !== session) return failed('table.outdated');
    }
    return success(null);
  }

  /** Everything about a text in a snapshot. A later search ends this one with `table.outdated`. */
  async function search(snapshot: Snapshot, find: Find): Promise<Result<Found>> {
    const key = JSON.stringify([snapshot.number, find]);
    const session = found?.key === key ? found : new Found(key, snapshot, find);
    found = session;
    session.running ??= run(session).finally(() => (session.running = null));
    const ended = await session.running;
    if (!ended.ok) {
      if (found === session) found = null;
      return ended;
    }
    return success(session);
  }

  return {
    /** Call with every change, before the snapshot forgets what was removed. */
    changed({ organizations, removed }: Change): void {
      if (!found) return;
      if (organizations === 'all') found.restart();
      else noteChanged(found, organizations);
      noteChanged(found, removed);
    },
    /** Forgets what was found. */
    close(): void {
      found = null;
    },
    /** Counts the cells with a text. */
    async count(snapshot: Snapshot, find: Find): Promise<Result<FoundCells>> {
      const session = await search(snapshot, find);
      if (!session.ok) return session;
      const { cells, entries, drafts, known } = session.value.counts;
      return success({ cells, entries, drafts, unread: Math.max(0, snapshot.size - known) });
    },
    /** The cell with the text that comes next, or before. */
    async next(snapshot: Snapshot, find: Find, from: FindPosition, direction: 'next' | 'previous') {
      const session = await search(snapshot, find);
      return session.ok ? success(session.value.next(from, direction)) : session;
    },
    /** The ids of the entries with a text. */
    async entries(snapshot: Snapshot, find: Find): Promise<Result<string[]>> {
      const session = await search(snapshot, find);
      if (!session.ok) return session;
      return success(session.value.rows().map((row) => snapshot.ids[row] ?? ''));
    },
  };
}

/** The texts that the table shows of an entry; null if it was never read. */
const textsOf = (entry: ListEntry) =>
  entry.profile || entry.draft || entry.change ? shownTextsOf(entry) : null;

/** The first `count` items of a set. */
function* firstOf<T>(items: ReadonlySet<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left === 0) return;
    left -= 1;
    yield item;
  }
}
