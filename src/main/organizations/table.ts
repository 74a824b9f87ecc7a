/**
 * The table: numbers the entries that a query of the list shows, and answers rows of that snapshot. Everything that
 * touches all entries works in slices, so that main stays responsive with 100,000 of them.
 */
import * as v from 'valibot';
import type { Handlers } from '../../shared/contract/bridge';
import { MAX_ORGANIZATIONS } from '../../shared/limits';
import {
  SELECTION_LIMIT,
  type ListGroup,
  type ListQuery,
  type SelectionSummary,
} from '../../shared/list-query';
import type { RichText } from '../../shared/letterhead';
import { failed, success, type Outcome } from '../../shared/outcome';
import { touchedFields } from '../../shared/patch';
import { mapFields } from '../../shared/profile';
import {
  DEFAULT_COLUMNS,
  MAX_CELL_TEXT,
  MAX_COPIED_CELLS,
  shownColumnsSchema,
  type RowRun,
  type ShownColumns,
  type TableFilter,
  type TableQuery,
  type TableRow,
  type TableSnapshot,
} from '../../shared/table';
import type { SendStatus } from '../changes';
import { fold, sortInSlices, type Database, type ListEntry, type Tables } from '../database';
import { batches } from '../lib/slices';
import { rowOf } from './row';
import { cellsOf, rowText, shownTextsOf, tableText } from './table-text';

/** Name of the setting. */
const SETTING = 'table-columns';
/** Ids read at a time. */
const ID_PAGE = 2_000;
/** Entries whose texts are read at a time. */
const ENTRY_BATCH = 100;
/** Most attempts to read all ids between two commits. After that, they are read at once. */
const MAX_ATTEMPTS = 3;
/** Most characters that are copied at once. */
const MAX_COPIED_LENGTH = 20_000_000;

/** Dependencies of the table. */
export interface TableOptions {
  database: Database;
  sendStatus: SendStatus;
  isSelected: (entryId: string) => boolean;
  setSelected: (
    ids: readonly string[],
    isSelected: boolean,
    query: ListQuery,
  ) => Outcome<SelectionSummary>;
  /** Reads those of these entries that were never read before all others. */
  readFirst: (ids: readonly string[]) => void;
  /** Copies to the clipboard; rejects if that fails. */
  copy: (content: RichText) => Promise<void>;
  yieldToEventLoop: () => Promise<void>;
}

/** Rows that are in one group, or all rows. */
interface Section {
  group: ListGroup | null;
  ids: readonly string[];
}

/** The rows of a table, numbered. */
interface Snapshot {
  number: number;
  ids: readonly string[];
  /** The rows of each group. */
  groups: readonly RowRun[];
}

/** The ids of `sections`, one after the other. */
const idsIn = (sections: readonly Section[]): readonly string[] =>
  sections.length === 1 ? (sections[0]?.ids ?? []) : sections.flatMap(({ ids }) => ids);

/** Whether an entry passes the filters. Contained texts are folded. */
function passes(entry: ListEntry, filters: readonly TableFilter[]): boolean {
  const texts = shownTextsOf(entry);
  return filters.every((filter) => {
    const { field } = filter;
    if (filter.kind === 'contains') return fold(texts[field]).includes(filter.text);
    const isChanged = Boolean(entry.draft?.patch[field] ?? entry.change?.patch[field]);
    return filter.kind === 'changed' ? isChanged : entry.profile !== null && texts[field] === '';
  });
}

/** A text as a row carries it. */
const cut = (text: string): string =>
  text.length > MAX_CELL_TEXT ? `${text.slice(0, MAX_CELL_TEXT - 1)}…` : text;

/** Creates the handlers. */
export function createTable(options: TableOptions): Handlers<'table'> {
  const { database, sendStatus, isSelected, yieldToEventLoop } = options;
  let current: Snapshot | null = null;
  let lastNumber = 0;

  /** The ids that a query shows in its order, by group. Read between two commits, so that none is missing or twice. */
  async function sectionsOf(query: ListQuery): Promise<Outcome<Section[]>> {
    for (let attempt = 1; ; attempt += 1) {
      const { commit } = database.changes;
      const isLast = attempt > MAX_ATTEMPTS;
      const size = isLast ? MAX_ORGANIZATIONS : ID_PAGE;
      const ids: string[] = [];
      let isComplete = false;
      while (!isComplete && database.changes.commit === commit) {
        const page = database.read(({ list }) => list.ids(query, ids.length, size));
        if (!page.ok) return page;
        ids.push(...page.value);
        isComplete = page.value.length < size;
        if (!isComplete) await yieldToEventLoop();
      }
      if (!isComplete) continue;
      const starts = database.read(({ list }) => list.groups(query));
      if (!starts.ok) return starts;
      if (starts.value.length === 0) return success([{ group: null, ids }]);
      const sections = starts.value.map((start, n) => ids.slice(start, starts.value[n + 1]));
      const groups = new Map<string, ListGroup>();
      const firsts = sections.flatMap(([first]) => first ?? []);
      for (const batch of batches(firsts, ENTRY_BATCH)) {
        const found = database.read(({ list }) => list.groupsOf(batch, query));
        if (!found.ok) return found;
        for (const [id, group] of found.value) groups.set(id, group);
        await yieldToEventLoop();
      }
      return success(
        sections.map((own) => ({ group: groups.get(own[0] ?? '') ?? null, ids: own })),
      );
    }
  }

  /** Calls `work` with entries in batches, and yields after each. Entries that are gone are left out. */
  async function forEachEntry(
    ids: readonly string[],
    work: (entries: ReadonlyMap<string, ListEntry>, batch: readonly string[]) => boolean | void,
  ): Promise<Outcome<null>> {
    for (const batch of batches(ids, ENTRY_BATCH)) {
      const found = database.read(({ organizations }) => organizations.entries(batch));
      if (!found.ok) return found;
      const entries = new Map(found.value.map((entry) => [entry.organization.id, entry]));
      if (work(entries, batch) === false) break;
      await yieldToEventLoop();
    }
    return success(null);
  }

  /** Applies the filters of the columns, and the order by last read. */
  async function refine(
    sections: readonly Section[],
    { filters, order }: TableQuery,
  ): Promise<Outcome<Section[]>> {
    const folded = filters.map((filter) =>
      filter.kind === 'contains' ? { ...filter, text: fold(filter.text) } : filter,
    );
    const refined: Section[] = [];
    for (const { group, ids } of sections) {
      const passing: { id: string; checkedAt: number }[] = [];
      const read = await forEachEntry(ids, (entries, batch) => {
        for (const id of batch) {
          const entry = entries.get(id);
          if (!entry || !passes(entry, folded)) continue;
          passing.push({ id, checkedAt: entry.profile?.checkedAt ?? 0 });
        }
      });
      if (!read.ok) return read;
      if (passing.length === 0) continue;
      // The organization of a group stays its first row.
      const heads = passing[0]?.id === group?.id ? passing.slice(0, 1) : [];
      const others = passing.slice(heads.length);
      const sorted =
        order === 'checked'
          ? await finished(sortInSlices(others, (one, other) => other.checkedAt - one.checkedAt))
          : others;
      refined.push({ group, ids: [...heads, ...sorted].map(({ id }) => id) });
    }
    return success(refined);
  }

  /** Runs work in slices, and yields after each. */
  async function finished<T>(work: Generator<void, T>): Promise<T> {
    let step = work.next();
    while (!step.done) {
      await yieldToEventLoop();
      step = work.next();
    }
    return step.value;
  }

  function snapshotOf(sections: readonly Section[]): TableSnapshot {
    const ids = idsIn(sections);
    lastNumber += 1;
    const runs: RowRun[] = [];
    for (const { ids: own } of sections) {
      const first = runs.at(-1)?.end ?? 0;
      runs.push({ first, end: first + own.length });
    }
    current = { number: lastNumber, ids, groups: runs };
    const groups = sections.flatMap(({ group }, n) =>
      group === null ? [] : [{ start: runs[n]?.first ?? 0, group }],
    );
    return { snapshot: lastNumber, length: ids.length, groups };
  }

  function toRow(entry: ListEntry): TableRow {
    const { id } = entry.organization;
    const { profile, change, draft } = entry;
    const texts = shownTextsOf(entry);
    const isKnown = profile !== null || change !== null || draft !== null;
    return {
      ...rowOf(entry, sendStatus.of(id).step),
      selected: isSelected(id),
      texts: isKnown ? mapFields((field) => cut(texts[field])) : null,
      drafted: touchedFields(draft?.patch ?? {}),
      waiting: touchedFields(change?.patch ?? {}),
      checkedAt: profile?.checkedAt ?? null,
    };
  }

  const snapshotNumbered = (number: number): Snapshot | null =>
    current?.number === number ? current : null;

  /** The ids of rows of a snapshot. */
  const idsOf = ({ ids }: Snapshot, { first, end }: RowRun): readonly string[] =>
    ids.slice(first, Math.max(first, end));

  return {
    async open(query) {
      const found = await sectionsOf(query.query);
      if (!found.ok) return found;
      const isRefined = query.filters.length > 0 || query.order === 'checked';
      const sections = isRefined ? await refine(found.value, query) : found;
      return sections.ok ? success(snapshotOf(sections.value)) : sections;
    },
    rows({ snapshot, offset, limit, groups }) {
      const opened = snapshotNumbered(snapshot);
      if (!opened) return failed('table.outdated');
      const ids = idsOf(opened, { first: offset, end: offset + limit });
      const found = database.read(({ organizations }) => organizations.entries(ids));
      if (!found.ok) return found;
      const entries = new Map(found.value.map((entry) => [entry.organization.id, entry]));
      options.readFirst(ids.filter((id) => entries.get(id)?.profile === null));
      const rows = ids.map((id) => {
        const entry = entries.get(id);
        return entry ? toRow(entry) : null;
      });
      const selected = groups.map((group) => {
        const run = opened.groups[group];
        return run ? idsOf(opened, run).filter(isSelected).length : 0;
      });
      return success({ rows, selected });
    },
    async copy({ snapshot, rows, columns }) {
      const opened = snapshotNumbered(snapshot);
      if (!opened) return failed('table.outdated');
      const count = rows.reduce((sum, run) => sum + Math.max(0, run.end - run.first), 0);
      if (count * columns.length > MAX_COPIED_CELLS) return failed('table.too-many-cells');
      if (count === 0) return success({ rows: 0, columns: 0 });
      const ids = rows.flatMap((run) => idsOf(opened, run));
      const copied: RichText[] = [];
      let length = 0;
      const read = await forEachEntry(ids, (entries, batch) => {
        for (const id of batch) {
          const entry = entries.get(id);
          const own = entry
            ? cellsOf(entry, columns, sendStatus.of(id).step)
            : columns.map(() => '');
          length += own.reduce((sum, text) => sum + text.length, 0);
          copied.push(rowText(own));
        }
        return length <= MAX_COPIED_LENGTH;
      });
      if (!read.ok) return read;
      if (length > MAX_COPIED_LENGTH) return failed('table.too-many-cells');
      await options.copy(tableText(copied));
      return success({ rows: copied.length, columns: columns.length });
    },
    select({ snapshot, first, end, isSelected: isWanted, query }) {
      const opened = snapshotNumbered(snapshot);
      if (!opened) return failed('table.outdated');
      const ids = idsOf(opened, { first, end });
      if (isWanted && ids.length > SELECTION_LIMIT) return failed('selection.too-many');
      // An entry that was removed meanwhile cannot be selected.
      const saved = database.read(({ organizations }) => organizations.signInsOf(ids));
      if (!saved.ok) return saved;
      const known = ids.filter((id) => saved.value.has(id));
      return options.setSelected(known, isWanted, query);
    },
    columns: () => database.read((tables) => storedColumns(tables)),
    setColumns: ({ columns }) =>
      database.write(({ settings }) => {
        settings.put(SETTING, columns);
        return null;
      }),
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
