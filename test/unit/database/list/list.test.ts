/**
 * The list (the read model, which duplicates data of other tables) always matches the tables,
 * whatever was written and in whatever order.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  LIST_FILTERS,
  LIST_GROUPS,
  LIST_ORDERS,
  WHOLE_LIST,
  type ListQuery,
} from '../../../../src/shared/list-query';
import { fold, foldedWords } from '../../../../src/main/database/fold';
import type { OutboxRow } from '../../../../src/main/database/outbox-table';
import type { Database, Tables } from '../../../../src/main/database/tables';
import { EMPTY_PROFILE, mapFields, type Edits, type Profile } from '../../../../src/shared/profile';
import { CHANGE_STATES, ENTRY_KINDS, type Parent } from '../../../../src/shared/organization';
import { ORGANIZATION } from '../../samples';
import {
  addSignIns,
  change,
  copy,
  draftOf,
  opened,
  entryId,
  read,
  signIn,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-database';
import { modelOf } from './list-model';

const idOf = (number: number): string =>
  (number * 0x1234567 + 0xabc00).toString(16).padStart(32, '0');

const NAMES = [
  'Ahorn',
  'ahorn 2',
  'Ähre 10',
  'Zürich GmbH',
  'zurich',
  'Ørsted',
  'B',
  '10',
  'café de',
  '',
];
const TEXTS = ['', 'Kontakt GmbH', 'café', 'x', 'ab 12', 'zurich', '{"a": 1}', 'ß😀', '62 11'];
const PHONES = ['', '+49 621 123-45', '0621/12345', '(0621) 1 23 45', '+49 (0)30 23125 118', '12'];
/** The first two are the same. */
const LABELS = ['VIP', 'vip', 'Süd', 'ABC', 'ab', 'key account'];
const SEARCHES = [
  '',
  ' ',
  'a',
  'gmb',
  'GMBH zurich',
  'zur',
  '12',
  '1 2',
  '0621 123 45',
  '+49621',
  '62112345',
  '030 23125',
  'ss',
  '😀',
  'café de',
  '"',
  '00abc',
  '1234567',
  'abc00',
  '01234',
  '0621 zurich',
  'kontakt 62',
  'holding',
  'zur holding',
];

const number = fc.integer({ min: 0, max: 7 });
/** The organization above an entry: often one that is saved, in any depth, and sometimes in a circle. */
const parentOf: fc.Arbitrary<Parent | null> = fc
  .tuple(fc.integer({ min: -6, max: 8 }), fc.constantFrom('Zurich Holding', 'ahorn', 'Ähre', ''))
  .map(([n, name]) => (n < 0 ? null : { id: idOf(n), name }));
const signInOf = fc.constantFrom(null, signInId(1), signInId(2));
const fields: fc.Arbitrary<Profile> = fc
  .tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS), fc.constantFrom(...PHONES))
  .map(([business_name, business_address, business_phone]) => ({
    ...EMPTY_PROFILE,
    business_name,
    business_address,
    business_phone,
    business_email: 'a@b.example',
  }));
const edits: fc.Arbitrary<Edits> = fc.oneof(
  fc.constantFrom(...PHONES).map((business_phone) => ({ business_phone })),
  fc.constantFrom(...TEXTS).map((external_metadata) => ({ external_metadata })),
);
const state = fc.constantFrom(...CHANGE_STATES);

type Step = (tables: Tables) => void;
/** A write of a row that belongs to an organization. Does nothing without that organization. */
const on =
  (n: number, work: (tables: Tables, id: string) => void): Step =>
  (tables) => {
    if (tables.organizations.get(idOf(n))) work(tables, idOf(n));
  };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(number, fc.constantFrom(...NAMES), signInOf, parentOf, fc.constantFrom(...ENTRY_KINDS))
      .map(([n, name, signInId, parent, kind]): Step => (tables) => {
        const known = signInId !== null && tables.signIns.get(signInId) !== null;
        tables.organizations.put({
          id: idOf(n),
          kind,
          name,
          parent,
          createdAt: null,
          signInId: known ? signInId : null,
          addedAt: 1,
          viewedAt: null,
        });
      }),
  },
  {
    weight: 1,
    arbitrary: number.map(
      (n): Step =>
        (tables) =>
          tables.organizations.remove(idOf(n)),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(number, fc.option(fields), fc.integer({ min: 0, max: 3 }), fc.boolean())
      .map(([n, fields, confirmedAt, changedElsewhere]) =>
        on(n, (tables, entryId) =>
          tables.profiles.put({
            entryId,
            fields,
            confirmedAt,
            checkedAt: 1,
            changedElsewhere,
          }),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: number.map((n) => on(n, (tables, id) => tables.profiles.markViewed([id]))),
  },
  {
    weight: 1,
    arbitrary: number.map((n) => on(n, (tables, id) => tables.profiles.clearChangedElsewhere(id))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(number, edits)
      .map(([n, texts]) =>
        on(n, (tables, id) => tables.drafts.put(draftOf(id, texts, EMPTY_PROFILE))),
      ),
  },
  {
    weight: 1,
    arbitrary: number.map(
      (n): Step =>
        (tables) =>
          tables.drafts.remove(idOf(n)),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(number, edits, state).map(([n, texts, state]) =>
      on(n, (tables, id) => {
        const remote: OutboxRow['remote'] =
          state === 'conflict' || state === 'differs' ? EMPTY_PROFILE : null;
        tables.outbox.put(change(id, texts, { state, remote }));
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: number.map(
      (n): Step =>
        (tables) =>
          tables.outbox.remove(idOf(n)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.uniqueArray(number), fc.constantFrom('queued', 'waiting', 'paused'))
      .map(([some, to]): Step => (tables) => {
        const may = ['queued', 'waiting', 'paused'];
        const ids = some.map(idOf).filter((id) => may.includes(tables.outbox.get(id)?.state ?? ''));
        tables.outbox.move(ids, to, null);
      }),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(number, fc.subarray(LABELS), fc.subarray(LABELS))
      .map(([n, add, remove]) => on(n, (tables, id) => void tables.labels.change(id, add, remove))),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1, 2).map(
      (n): Step =>
        (tables) =>
          void tables.organizations.release(signInId(n)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1, 2).map(
      (n): Step =>
        (tables) =>
          tables.signIns.remove(signInId(n)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1, 2).map(
      (n): Step =>
        (tables) =>
          tables.signIns.put(signIn(n)),
    ),
  },
);

/** Thrown in a transaction to roll it back. */
class RolledBack extends Error {}

function expectSame(database: Database, query: ListQuery, from: number, prefix: string): void {
  read(database, (tables) => {
    const { list } = tables;
    const added = tables.organizations.ids();
    const entries = tables.organizations.entries(tables.organizations.ids());
    const model = modelOf(
      entries.toSorted(
        ({ organization: one }, { organization: other }) =>
          added.indexOf(one.id) - added.indexOf(other.id),
      ),
    );
    const ids = model.ids(query);
    const known = model.ids(WHOLE_LIST);
    expect(list.ids(query, 0, 100), JSON.stringify(query)).toEqual(ids);
    expect(list.ids(query, 1, 2)).toEqual(ids.slice(1, 3));
    expect(list.total(query)).toBe(ids.length);
    expect(list.counts(query)).toEqual(model.counts(query));
    expect(list.groups(query)).toEqual(model.groups(query));
    expect(list.groupsOf(ids, query)).toEqual(model.groupsOf(query));
    expect(list.parents()).toEqual(model.parents());
    expect(list.parentsRevision() === null).toBe(model.parents().parents.length === 0);
    expect(list.accounts()).toBe(model.accounts());
    expect(list.labelsRevision() === null).toBe(entries.every(({ labels }) => labels.length === 0));
    expect(known.map((id) => list.position(id, query))).toEqual(
      known.map((id) => (ids.includes(id) ? ids.indexOf(id) : null)),
    );
    expect(list.position(entryId(0xffff), query)).toBeNull();
    expect(list.find(prefix, from, query)).toEqual(model.find(prefix, from, query));
    expect(list.saved()).toBe(known.length);
    expect(list.unread()).toBe(model.unread());
    expect(list.bySignIn()).toEqual(tables.signIns.useCounts());
    expect(list.inOrder()).toEqual(known);
    expect(list.inOrder(known.toReversed().slice(1))).toEqual(known.slice(0, -1));
    expect(list.unviewed(known).sort()).toEqual(model.unviewed());
    const drafted = model.withDraft();
    expect(list.withDraft()).toEqual(known.filter((id) => drafted.includes(id)));
    const some = known.filter((_, index) => index % 2 === 0);
    for (const selected of [known, some]) {
      const among = (all: readonly string[]): number =>
        selected.filter((id) => all.includes(id)).length;
      expect(list.countMatching(selected, query)).toBe(among(ids));
      expect(list.countUnviewed(selected)).toBe(among(model.unviewed()));
    }
    expect(list.readsNamesOnly(query)).toBe(false);
    const matches = list.matches(ids, query.search);
    const isNarrowed = foldedWords(query.search).length > 0;
    expect([...matches.keys()].sort()).toEqual(isNarrowed ? ids.toSorted() : []);
    for (const { text, marks } of matches.values()) {
      expect(marks.length).toBeGreaterThan(0);
      for (const [begin, end] of marks) expect(fold(text.slice(begin, end))).not.toBe('');
    }
  });
}

const queries: fc.Arbitrary<ListQuery> = fc.record({
  search: fc.constantFrom(...SEARCHES),
  filter: fc.constantFrom(...LIST_FILTERS),
  signIn: fc.constantFrom(null, 'none' as const, signInId(1)),
  parent: fc.option(number.map(idOf), { freq: 3 }),
  label: fc.option(fc.constantFrom(...LABELS), { freq: 3 }),
  group: fc.constantFrom(...LIST_GROUPS),
  order: fc.constantFrom(...LIST_ORDERS),
});

/** All tables of the list in a closed database, without values that depend on the order of writes. */
const rowsIn = (folder: string) =>
  withRawDatabase(folder, (db) => {
    // This fails if a full-text index does not match the rows.
    for (const index of ['name_search', 'text_search']) {
      db.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', 1)`);
    }
    const ROWS = `SELECT organization_row.*, folded FROM organization_row
      JOIN organization_text ON organization_text.id = organization_row.id ORDER BY place`;
    const PARENTS = 'SELECT entry_id, name, folded_name FROM organization_parent ORDER BY place';
    const COUNTS = 'SELECT * FROM list_count ORDER BY scope, sign_in_id';
    return {
      rows: db
        .prepare(ROWS)
        .all()
        .map((row) => ({ ...row, id: 0, place: 0 })),
      parents: db.prepare(PARENTS).all(),
      counts: db.prepare(COUNTS).all(),
    };
  });

test('rows, counts, orders, positions and search results match the entries after any writes', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          steps: fc.array(steps, { minLength: 1, maxLength: 5 }),
          isRolledBack: fc.nat(9).map((n) => n === 0),
          query: queries,
          from: fc.nat(8),
          prefix: fc.constantFrom('a', 'Z', 'zur', '1', 'ä'),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      (transactions) => {
        const folder = temporaryFolder();
        const { database } = opened(folder, {
          onUnexpected: (error) => {
            if (!(error instanceof RolledBack)) throw error;
          },
        });
        write(database, addSignIns);
        for (const { steps, isRolledBack, query, from, prefix } of transactions) {
          database.write((tables) => {
            for (const step of steps) step(tables);
            if (isRolledBack) throw new RolledBack();
          });
          expectSame(database, query, from, prefix);
        }
        database.close();
        const kept = rowsIn(folder);
        withRawDatabase(folder, (db) => db.exec('UPDATE list_state SET is_built = 0'));
        opened(folder).database.close();
        expect(rowsIn(folder)).toEqual(kept);
      },
    ),
    { numRuns: 60 },
  );
});

test('counts entries of several parents that are paused together, each with its parent and group', () => {
  const { database } = opened(temporaryFolder());
  const numbers = [1, 2, 3, 4];
  write(database, (tables) => {
    addSignIns(tables);
    for (const n of numbers) {
      const parent = n < 3 ? { id: idOf(8), name: 'North' } : { id: idOf(9), name: 'South' };
      const record = { ...ORGANIZATION, id: idOf(n), name: 'A', addedAt: 1, viewedAt: null };
      tables.organizations.put({ ...record, parent, signInId: signInId(1) });
      tables.profiles.put(
        copy(
          idOf(n),
          mapFields(() => 'x'),
        ),
      );
      tables.outbox.put(change(idOf(n), { business_name: 'y' }));
    }
  });
  const attention = (parent: string | null): number =>
    read(
      database,
      ({ list }) => list.counts({ signIn: signInId(1), parent, label: null }).attention,
    );
  const counts = () => [null, idOf(8), idOf(9)].map(attention);
  expect(counts()).toEqual([0, 0, 0]);
  write(database, (tables) => tables.outbox.move([1, 3, 4].map(idOf), 'paused', null));
  expect(counts()).toEqual([3, 1, 2]);
  const grouped: ListQuery = { ...WHOLE_LIST, filter: 'attention', group: 'parent' };
  expect(read(database, ({ list }) => list.groups(grouped))).toEqual([0, 1]);
});
