/**
 * The table: numbers the entries that a query of the list shows, and answers rows of that snapshot. Everything that
 * touches all entries works in slices, so that main stays responsive with 100,000 of them.
 */
import * as v from 'valibot';
import { readableText } from '../../shared/address-lines';
import type { Handlers } from '../../shared/contract/bridge';
import type { ListGroup, ListQuery, SelectionSummary } from '../../shared/list-query';
import { MAX_AT_ONCE } from '../../shared/limits';
import type { RichText } from '../../shared/letterhead';
import { failed, success, type Result } from '../../shared/result';
import { touchedFields } from '../../shared/patch';
import { mapFields, type Edits, type FieldName } from '../../shared/profile';
import {
  DEFAULT_COLUMNS,
  MAX_CELL_TEXT,
  MAX_CELLS,
  shownColumnsSchema,
  type Replace,
  type RowRun,
  type ShownColumns,
  type TableFilter,
  type TableQuery,
  type TableRow,
} from '../../shared/table';
import type { SendStatus } from '../changes';
import { fold, sortInSlices, type Database, type ListEntry, type Tables } from '../database';
import { chunks } from '../lib/slices';
import { cellsOf, rowText, shownTextsOf, tableText } from './clipboard-text';
import { createFind } from './find';
import { rowOf } from './row';
import { Snapshot, type NumberedGroup } from './snapshot';

/** Name of the setting. */
const SETTING = 'table-columns';
/** Ids read at a time. */
const ID_PAGE = 2_000;
/** Entries whose texts are read at a time. */
const CHUNK_SIZE = 100;
/** Most characters that are copied at once. */
const MAX_COPIED_LENGTH = 20_000_000;
/** Most rows that can be in view. Those beyond are not read first. */
const MAX_IN_VIEW = 500;

/** Dependencies of the table. */
export interface TableOptions {
  database: Database;
  sendStatus: SendStatus;
  /** The selection of the list. */
  ticks: {
    has: (entryId: string) => boolean;
    ids: () => readonly string[];
    version: () => number;
    set: (ids: readonly string[], isTicked: boolean, query: ListQuery) => Result<SelectionSummary>;
  };
  /** The texts that the table about to be imported would give an entry. */
  planned: (entryId: string) => Edits | undefined;
  /** Reads those of these entries that were never read before all others, until the next call. */
  readFirst: (ids: readonly string[]) => void;
  /** Copies to the clipboard; rejects if that fails. */
  copy: (content: RichText) => Promise<void>;
  yieldToEventLoop: () => Promise<void>;
}

/** The ids of rows, by group, and how many were left out because they were never read. */
interface Numbered {
  groups: readonly NumberedGroup[];
  unread: number;
}

/** Whether an entry passes the filters. Contained texts are folded. `unread`: no one knows. */
function passes(
  entry: ListEntry,
  filters: readonly TableFilter[],
  planned: Edits | undefined,
): boolean | 'unread' {
  const texts = shownTextsOf(entry);
  let isUnread = false;
  for (const filter of filters) {
    const { kind, field } = filter;
    if (kind === 'planned') {
      if (!planned) return false;
      continue;
    }
    const isChanged = Boolean(entry.draft?.patch[field] ?? entry.change?.patch[field]);
    if (kind === 'changed') {
      if (!isChanged) return false;
    } else if (entry.profile === null && !isChanged) isUnread = true;
    else if (kind === 'empty' ? texts[field] !== '' : !fold(texts[field]).includes(filter.text))
      return false;
  }
  return isUnread ? 'unread' : true;
}

/** A text as a row carries it. Of a long address in JSON, that is the beginning of its lines: cut JSON cannot be read. */
function cut(field: FieldName, text: string): string {
  if (text.length <= MAX_CELL_TEXT) return text;
  const lines = readableText(field, text);
  return lines.length > MAX_CELL_TEXT ? `${lines.slice(0, MAX_CELL_TEXT - 1)}…` : lines;
}

/** Creates the table. */
export function createTable(options: TableOptions) {
  const { database, sendStatus, ticks } = options;
  let current: Snapshot | null = null;
  /** The number of the snapshot that was begun last. Only that one may become the current one. */
  let newest = 0;
  /** Continues what waits until the list is built. */
  let wake = (): void => undefined;
  /** Entries that were removed since the current snapshot, or the one being numbered, was begun. */
  let removed = new Set<string>();
  const finding = createFind(options);
  database.changes.subscribe((change) => {
    finding.changed(change);
    for (const id of change.removed) removed.add(id);
    if (change.removed.size > 0) current?.forget(change.removed);
    wake();
  });

  /** Yields. Returns a failure if the table was opened again meanwhile, which makes this snapshot useless. */
  async function yieldAs(number: number): Promise<Result<null>> {
    await options.yieldToEventLoop();
    return number === newest ? success(null) : failed('table.outdated');
  }

  /** Waits until the list is built, or the table is opened again. */
  async function built(number: number): Promise<Result<null>> {
    for (;;) {
      const building = database.read(({ list }) => list.building());
      if (!building.ok) return building;
      if (number !== newest) return failed('table.outdated');
      if (!building.value) return success(null);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  /** The ids that a query shows in its order, by group. All rows are numbered in one read, so that none is missing or twice. */
  async function idsShownBy(query: ListQuery, number: number): Promise<Result<Numbered>> {
    for (;;) {
      const ready = await built(number);
      if (!ready.ok) return ready;
      const numbered = database.read(({ list }) => list.numbered(query));
      if (!numbered.ok) return numbered;
      const found = numbered.value;
      if (!found) continue;
      const ids: (string | null)[] = [];
      let isCurrent = true;
      while (isCurrent && ids.length < found.rows.length) {
        const page = database.read(({ list }) =>
          list.idsOf(found.rows.subarray(ids.length, ids.length + ID_PAGE), found),
        );
        if (!page.ok) return page;
        isCurrent = page.value !== null;
        ids.push(...(page.value ?? []));
        const yielded = await yieldAs(number);
        if (!yielded.ok) return yielded;
      }
      // The list was built again, so its rows have other numbers.
      if (!isCurrent) continue;
      const saved = (first: number, end?: number): string[] =>
        ids.slice(first, end).filter((id) => id !== null);
      if (found.groups.length === 0)
        return success({ groups: [{ head: null, ids: saved(0) }], unread: 0 });
      const groups = found.groups.map(({ id: head, start }, n) => ({
        head,
        ids: saved(start, found.groups[n + 1]?.start),
      }));
      return success({ groups: groups.filter((group) => group.ids.length > 0), unread: 0 });
    }
  }

  /** Calls `work` with entries in chunks, and yields after each. Entries that are gone are left out. */
  async function forEachEntry(
    ids: readonly string[],
    work: (entries: ReadonlyMap<string, ListEntry>, chunk: readonly string[]) => boolean | void,
    pause: () => Promise<Result<null>>,
  ): Promise<Result<null>> {
    for (const chunk of chunks(ids, CHUNK_SIZE)) {
      const found = database.read(({ organizations }) => organizations.entries(chunk));
      if (!found.ok) return found;
      const entries = new Map(found.value.map((entry) => [entry.organization.id, entry]));
      if (work(entries, chunk) === false) break;
      const paused = await pause();
      if (!paused.ok) return paused;
    }
    return success(null);
  }

  /** Applies the filters of the columns, and the order by last read. */
  async function refine(
    groups: readonly NumberedGroup[],
    { filters, order }: TableQuery,
    number: number,
  ): Promise<Result<Numbered>> {
    const folded = filters.map((filter) =>
      filter.kind === 'contains' ? { ...filter, text: fold(filter.text) } : filter,
    );
    const refined: NumberedGroup[] = [];
    let unread = 0;
    for (const { head, ids } of groups) {
      const passing: { id: string; checkedAt: number }[] = [];
      const read = await forEachEntry(
        ids,
        (entries, chunk) => {
          for (const id of chunk) {
            const entry = entries.get(id);
            const isPassing = entry ? passes(entry, folded, options.planned(id)) : false;
            if (isPassing === 'unread') unread += 1;
            else if (isPassing) passing.push({ id, checkedAt: entry?.profile?.checkedAt ?? 0 });
          }
        },
        () => yieldAs(number),
      );
      if (!read.ok) return read;
      if (passing.length === 0) continue;
      // The organization of a group stays its first row.
      const heads = passing[0]?.id === head ? passing.slice(0, 1) : [];
      const others = passing.slice(heads.length);
      const sorted = order === 'checked' ? await newestFirst(others, number) : success(others);
      if (!sorted.ok) return sorted;
      refined.push({ head, ids: [...heads, ...sorted.value].map(({ id }) => id) });
    }
    return success({ groups: refined, unread });
  }

  async function newestFirst<T extends { checkedAt: number }>(
    entries: readonly T[],
    number: number,
  ): Promise<Result<readonly T[]>> {
    const work = sortInSlices(entries, (one, other) => other.checkedAt - one.checkedAt);
    let step = work.next();
    while (!step.done) {
      const yielded = await yieldAs(number);
      if (!yielded.ok) return yielded;
      step = work.next();
    }
    return success(step.value);
  }

  function toRow(entry: ListEntry): TableRow {
    const { id } = entry.organization;
    const { profile, change, draft } = entry;
    const texts = shownTextsOf(entry);
    const planned = options.planned(id) ?? {};
    const isKnown = profile !== null || change !== null || draft !== null;
    const saved: TableRow['saved'] = {};
    const changed = [...touchedFields(draft?.patch ?? {}), ...touchedFields(change?.patch ?? {})];
    const fields = profile?.fields;
    if (fields) for (const field of changed) saved[field] = cut(field, fields[field]);
    return {
      ...rowOf(entry, sendStatus.of(id).step),
      ticked: ticks.has(id),
      texts: isKnown ? mapFields((field) => cut(field, texts[field])) : null,
      drafted: touchedFields(draft?.patch ?? {}),
      waiting: touchedFields(change?.patch ?? {}),
      saved,
      planned: Object.fromEntries(
        touchedFields(planned).map((field) => [field, cut(field, planned[field] ?? '')]),
      ),
      readOnly: Boolean(entry.signIn?.readOnly),
      checkedAt: profile?.checkedAt ?? null,
      labels: entry.labels,
    };
  }

  /** These groups without what was removed while they were numbered. */
  function withoutRemoved(groups: readonly NumberedGroup[]): readonly NumberedGroup[] {
    if (removed.size === 0) return groups;
    return groups
      .map(({ head, ids }) => ({ head, ids: ids.filter((id) => !removed.has(id)) }))
      .filter(({ ids }) => ids.length > 0);
  }

  const numbered = (number: number): Result<Snapshot> =>
    current?.number === number ? success(current) : failed('table.outdated');

  /** The ids of these rows of a snapshot, at most as many as cells of `columns` columns may be copied or changed. */
  function idsIn(number: number, runs: readonly RowRun[], columns: number): Result<string[]> {
    const opened = numbered(number);
    if (!opened.ok) return opened;
    const count = runs.reduce((sum, { first, end }) => sum + Math.max(0, end - first), 0);
    if (count * Math.max(1, columns) > MAX_CELLS) return failed('table.too-many-cells');
    return success(runs.flatMap((run) => opened.value.idsIn(run)));
  }

  const handlers: Handlers<'table'> = {
    async open({ keep, ...query }) {
      const number = (newest += 1);
      removed = new Set();
      wake();
      const found = await idsShownBy(query.query, number);
      if (!found.ok) return found;
      const isRefined = query.filters.length > 0 || query.order === 'checked';
      const refined = isRefined ? await refine(found.value.groups, query, number) : found;
      if (!refined.ok) return refined;
      const { unread } = refined.value;
      const snapshot = new Snapshot(number, withoutRemoved(refined.value.groups));
      for (let isDone = false; !isDone;) {
        isDone = snapshot.index(ID_PAGE);
        const yielded = await yieldAs(number);
        if (!yielded.ok) return yielded;
      }
      snapshot.forget(removed);
      const kept = keep === null ? null : snapshot.rowNear(keep, current);
      current = snapshot;
      const { length, starts } = snapshot;
      return success({ snapshot: number, length, groups: starts, unread, kept });
    },
    rows({ snapshot, offset, limit, groups }) {
      const opened = numbered(snapshot);
      if (!opened.ok) return opened;
      const ids = opened.value.idsIn({ first: offset, end: offset + limit });
      const heads = groups.map((group) => opened.value.headOf(group));
      const found = database.read(({ organizations, list }) => ({
        entries: organizations.entries(ids),
        named: list.groupsOfHeads(heads.filter((head) => head !== null)),
      }));
      if (!found.ok) return found;
      const { named } = found.value;
      const entries = new Map(found.value.entries.map((entry) => [entry.organization.id, entry]));
      const { byGroup, notShown } = opened.value.count(ticks);
      const none: ListGroup = { id: null, path: [] };
      return success({
        rows: ids.map((id) => {
          const entry = entries.get(id);
          return entry ? toRow(entry) : null;
        }),
        groups: groups.map((group, n) => ({
          group: named.get(heads[n] ?? '') ?? none,
          ticked: byGroup[group] ?? 0,
          size: opened.value.sizeOf(group),
        })),
        notShown,
      });
    },
    view({ snapshot, rows }) {
      const opened = numbered(snapshot);
      if (!opened.ok) return opened;
      const inView: string[] = [];
      for (const { first, end } of rows) {
        const left = MAX_IN_VIEW - inView.length;
        inView.push(...opened.value.idsIn({ first, end: Math.min(end, first + left) }));
      }
      options.readFirst(inView);
      return success(null);
    },
    close() {
      newest += 1;
      current = null;
      finding.close();
      wake();
      options.readFirst([]);
      return success(null);
    },
    async copy({ snapshot, rows, columns }) {
      const ids = idsIn(snapshot, rows, columns.length);
      if (!ids.ok) return ids;
      if (ids.value.length === 0) return success({ rows: 0, columns: 0, unread: 0, removed: 0 });
      const paused = database.read(({ saves }) => saves.paused());
      if (!paused.ok) return paused;
      const copied: RichText[] = [];
      let length = 0;
      let unread = 0;
      let gone = 0;
      const read = await forEachEntry(
        ids.value,
        (entries, chunk) => {
          for (const id of chunk) {
            const entry = entries.get(id);
            if (!entry) gone += 1;
            else if (!entry.profile && !entry.change && !entry.draft) unread += 1;
            const own = entry
              ? cellsOf(entry, columns, { step: sendStatus.of(id).step, paused: paused.value })
              : columns.map(() => '');
            length += own.reduce((sum, text) => sum + text.length, 0);
            copied.push(rowText(own));
          }
          return length <= MAX_COPIED_LENGTH;
        },
        async () => {
          await options.yieldToEventLoop();
          return success(null);
        },
      );
      if (!read.ok) return read;
      if (length > MAX_COPIED_LENGTH) return failed('table.too-many-cells');
      await options.copy(tableText(copied));
      return success({ rows: copied.length, columns: columns.length, unread, removed: gone });
    },
    tick({ snapshot, first, end, isTicked, query }) {
      const opened = numbered(snapshot);
      if (!opened.ok) return opened;
      if (!isTicked) {
        const ticked = ticks.ids().filter((id) => opened.value.has(id, { first, end }));
        return ticks.set(ticked, false, query);
      }
      // An entry that was removed meanwhile cannot be ticked.
      const ids = opened.value.idsIn({ first, end }).filter((id) => opened.value.has(id));
      if (ids.length > MAX_AT_ONCE) return failed('selection.too-many');
      return ticks.set(ids, true, query);
    },
    find({ snapshot, find }) {
      const opened = numbered(snapshot);
      return opened.ok ? finding.count(opened.value, find) : opened;
    },
    findNext({ snapshot, find, from, direction }) {
      const opened = numbered(snapshot);
      return opened.ok ? finding.next(opened.value, find, from, direction) : opened;
    },
    columns: () => database.read((tables) => storedColumns(tables)),
    setColumns: ({ columns }) =>
      database.write(({ settings }) => {
        settings.put(SETTING, columns);
        return null;
      }),
  };

  return {
    handlers,
    idsIn,
    /** The entries of a snapshot that show a text, in its order. Fails with `table.outdated`. */
    async found({
      snapshot,
      find,
    }: Pick<Replace, 'snapshot' | 'find'>): Promise<Result<readonly string[]>> {
      const opened = numbered(snapshot);
      return opened.ok ? finding.entries(opened.value, find) : opened;
    },
    /** The ids of all rows of a snapshot. Fails with `table.outdated`. */
    allIds(number: number): Result<readonly string[]> {
      const opened = numbered(number);
      return opened.ok ? success(opened.value.ids) : opened;
    },
  };
}

/** The columns that the person chose. The name comes first and every column once, whatever is stored. */
function storedColumns({ settings }: Pick<Tables, 'settings'>): ShownColumns {
  const stored = v.parse(v.fallback(shownColumnsSchema, DEFAULT_COLUMNS), settings.get(SETTING));
  const isUsable =
    stored[0]?.column === 'name' &&
    new Set(stored.map(({ column }) => column)).size === stored.length;
  return isUsable ? stored : DEFAULT_COLUMNS;
}
