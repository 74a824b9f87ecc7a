/**
 * Answers queries for rows of the list. Rows are built from the current entries and the running sends. The cost
 * depends on the number of rows requested, not on the number of entries.
 */
import type { Handlers, SomeHandlers } from '../../shared/contract/bridge';
import { failed, type Result } from '../../shared/result';
import { rowsPerScreen } from '../../shared/first-paint';
import {
  WHOLE_LIST,
  type ListRows,
  type ListQuery,
  type ListRow,
  type UpdatedRows,
  type SelectionSummary,
} from '../../shared/list-query';
import type { Database, Tables } from '../database';
import type { SendStatus } from '../changes';
import { chunks } from '../lib/slices';
import { rowOf } from './row';
import { Selection, type SelectionStep } from './selection';

/** How many entries are marked as viewed in one transaction. */
const MARK_CHUNK_SIZE = 200;

/** Dependencies of the list. */
export interface ListOptions {
  database: Database;
  sendStatus: SendStatus;
  now: () => number;
}

/** Creates the handlers. */
export function createList({ database, sendStatus, now }: ListOptions) {
  const selection = new Selection(database.changes);
  let prepared: { limit: number; rows: Result<ListRows> } | null = null;

  function rowsOf(tables: Tables, ids: readonly string[], query: ListQuery): ListRow[] {
    const { search } = query;
    const entries = new Map(
      tables.organizations.entries(ids).map((entry) => [entry.organization.id, entry]),
    );
    const matches = search.trim() === '' ? null : tables.list.matches(ids, search);
    const groups = tables.list.groupsOf(ids, query);
    return ids.flatMap((id) => {
      const entry = entries.get(id);
      if (!entry) return [];
      const row = rowOf(entry, sendStatus.of(id).step);
      return {
        ...row,
        selected: selection.has(id),
        match: matches?.get(id) ?? null,
        group: groups.get(id) ?? null,
      };
    });
  }

  function summaryOf(tables: Tables, query: ListQuery): Omit<UpdatedRows, 'rows'> {
    const { list } = tables;
    return {
      commit: database.changes.commit,
      total: list.total(query),
      saved: list.saved(),
      counts: list.counts(query),
      selection: selection.summary(tables, query),
      unread: list.unread(),
      withoutSignIn: list.counts({ signIn: 'none', parent: null, label: null }).all,
      accounts: list.accounts(),
      parents: list.parentsRevision(),
      labels: list.labelsRevision(),
      namesOnly: list.readsNamesOnly(query),
      building: list.building(),
    };
  }

  const rowsAt = (query: ListQuery, offset: number, limit: number): Result<ListRows> =>
    database.read((tables) => ({
      ...summaryOf(tables, query),
      offset,
      groups: tables.list.groups(query),
      rows: rowsOf(tables, tables.list.ids(query, offset, limit), query),
    }));

  function select(step: SelectionStep, query: ListQuery): Result<SelectionSummary> {
    const next = database.read((tables) => selection.after(tables, step, query));
    if (!next.ok) return next;
    if (!next.value) return failed('selection.too-many');
    selection.apply(next.value);
    return database.read((tables) => selection.summary(tables, query));
  }

  const list = {
    list({ query, offset, limit }) {
      const ready = prepared;
      prepared = null;
      const isPrepared =
        ready?.rows.ok === true &&
        ready.rows.value.commit === database.changes.commit &&
        offset === 0 &&
        limit <= ready.limit &&
        JSON.stringify(query) === JSON.stringify(WHOLE_LIST);
      return isPrepared ? ready.rows : rowsAt(query, offset, limit);
    },
    rows: ({ query, ids }) =>
      database.read((tables) => ({
        ...summaryOf(tables, query),
        rows: rowsOf(tables, ids, query),
      })),
    position: ({ entryId, query }) =>
      database.read(({ list }) => ({ index: list.position(entryId, query) })),
    find: ({ prefix, from, query }) => database.read(({ list }) => list.find(prefix, from, query)),
    parents: () => database.read(({ list }) => list.parents()),
  } satisfies SomeHandlers['organizations'];

  const selectionHandlers: Handlers<'selection'> = {
    toggle: ({ entryId, query }) => select({ kind: 'toggle', id: entryId }, query),
    extend: ({ to, start, query }) => select({ kind: 'extend', to, start }, query),
    all: ({ query }) => select({ kind: 'all' }, query),
    clear() {
      selection.clear();
      return database.read((tables) => selection.summary(tables, WHOLE_LIST));
    },
    markViewed({ query }) {
      const ids = database.read(({ list }) => list.unviewed(selection.ids));
      if (!ids.ok) return ids;
      for (const chunk of chunks(ids.value, MARK_CHUNK_SIZE)) {
        const marked = database.write((tables) => {
          tables.profiles.markViewed(chunk);
          for (const id of chunk) tables.organizations.markViewed(id, now());
        });
        if (!marked.ok) return marked;
      }
      return database.read((tables) => selection.summary(tables, query));
    },
    drafts: () => database.read(({ drafts }) => drafts.countByField(selection.ids)),
  };

  return {
    list,
    selection: selectionHandlers,
    /** The selection as the table reads and changes it. */
    ticks: {
      has: (id: string): boolean => selection.has(id),
      ids: (): readonly string[] => selection.ids,
      version: (): number => selection.version,
      /** Selects or deselects entries. Fails with `selection.too-many`. */
      set: (
        ids: readonly string[],
        isTicked: boolean,
        query: ListQuery,
      ): Result<SelectionSummary> => select({ kind: 'tick', ids, isTicked }, query),
    },
    /** The selected ids, sorted by name. */
    selected: (): Result<string[]> =>
      database.read(({ list }) =>
        list.building() ? [...selection.ids] : list.inOrder(selection.ids),
      ),
    /**
     * Reads the first rows while main is idle, because the window asks for it a moment later.
     * @param height height of the tallest screen, in CSS px
     */
    prepare(height: number): void {
      const limit = rowsPerScreen(height);
      prepared = { limit, rows: rowsAt(WHOLE_LIST, 0, limit) };
    },
  };
}

/** The calls about the list and its selection. */
export type List = ReturnType<typeof createList>;
