/**
 * Saves of many in the database: their stages, the state and outcome of items, and when a save is
 * forgotten.
 */
import { expect, test } from 'vitest';
import type { SaveRow } from '../../../src/main/database/saves-table';
import type { Database, Tables } from '../../../src/main/database/tables';
import { CANCELED_STAGES } from '../../../src/main/database';
import { AFTER_CANCEL } from '../../../src/shared/saves';
import type { FieldName } from '../../../src/shared/profile';
import {
  addOrganization,
  change,
  freshDatabase,
  NOW,
  opened,
  entryId,
  patchTo,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const PHONE: FieldName[] = ['business_phone'];
const TWO: FieldName[] = ['business_phone', 'business_address'];

type Item = readonly [entryId: string, fields: readonly FieldName[]];

/** An item of a save: a new text for each of these fields of the organization. */
const item = (number: number, fields: readonly FieldName[] = PHONE): Item => [
  entryId(number),
  fields,
];

/** Stores a save with items for these organizations. */
function addSave(
  tables: Tables,
  id: string,
  items: readonly Item[] = [],
  more: Partial<SaveRow> = {},
): void {
  const rest = { at: NOW, fields: PHONE, stage: 'sending', paused: false } as const;
  tables.saves.add({ id, ...rest, ...more });
  for (const [entryId, fields] of items) tables.saves.addSubmitted(id, entryId, fields);
}

/** A pending change with one field owned by a save. */
const ofSave = (number: number, save = 'save') =>
  change(
    entryId(number),
    {},
    {
      patch: patchTo({ business_phone: 'new' }, null, save),
      saveId: save,
    },
  );

const resultsOf = (database: Database, id = 'save') =>
  read(database, ({ saves }) => saves.results(id)).map(({ state, failure }) => [
    state,
    failure?.code ?? null,
  ]);

test('moves a save through its stages', () => {
  const database = freshDatabase();
  const ids = (work: (tables: Tables) => { id: string }[]) =>
    read(database, work).map(({ id }) => id);
  write(database, (tables) => {
    addSave(tables, 'first', [], { stage: 'submitting', fields: TWO, paused: true });
    addSave(tables, 'second');
  });
  for (const stage of ['submitting', 'sending', 'canceling'] as const) {
    write(database, ({ saves }) => saves.setStage('first', stage));
    const more = { leftToSubmit: 0, closed: false };
    const run = { id: 'first', at: NOW, fields: TWO, stage, paused: true, ...more };
    expect(read(database, ({ saves }) => saves.get('first'))).toEqual(run);
    expect(ids(({ saves }) => saves.inStage(stage))[0]).toBe('first');
    expect(
      ids(({ saves }) => saves.all()),
      'newest first',
    ).toEqual(['second', 'first']);
  }
  write(database, ({ saves }) => saves.remove('first'));
  expect(ids(({ saves }) => saves.all())).toEqual(['second']);
});

test('holds a save while it is paused or not ready to send', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addSave(tables, 'paused', [], { paused: true });
    addSave(tables, 'sent');
    for (const stage of ['submitting', 'canceling'] as const) addSave(tables, stage, [], { stage });
  });
  const ids = ['paused', 'sent', 'submitting', 'canceling'];
  const held = () => read(database, ({ saves }) => saves.notSending(ids).sort());
  expect(held()).toEqual(['canceling', 'paused', 'submitting']);
  expect(read(database, ({ saves }) => saves.paused())).toEqual(['paused']);
  write(database, ({ saves }) => saves.setPaused('paused', false));
  expect(held()).toEqual(['canceling', 'submitting']);
});

test('derives the state of an item from its change, and keeps its outcome afterwards', () => {
  const database = freshDatabase();
  const failure = { code: 'organization.forbidden' as const };
  const counts = () => read(database, ({ saves }) => saves.counts('save'));
  write(database, (tables) => {
    for (const number of [0, 1, 2, 3]) {
      addOrganization(tables, number);
      tables.outbox.put(ofSave(number));
    }
    const parent = { id: entryId(9), name: 'Group' };
    const account = tables.organizations.get(entryId(3))!;
    tables.organizations.put({ ...account, kind: 'account', parent });
    addSave(
      tables,
      'save',
      [0, 1, 2, 3].map((number) => item(number)),
    );
    tables.outbox.move([entryId(1)], 'paused', failure);
    tables.outbox.remove(entryId(2));
    tables.saves.end('save', entryId(2), 'business_phone', 'done');
    tables.outbox.remove(entryId(3));
  });
  // The last item has no pending change and no recorded outcome, so it counts as canceled.
  expect(counts()).toEqual({ done: 1, waiting: 1, failed: 1, canceled: 1, toDecide: 0 });
  expect(read(database, ({ saves }) => saves.results('save'))).toEqual([
    {
      entryId: entryId(0),
      name: 'Org 0',
      organizationName: null,
      state: 'waiting',
      failure: null,
      retryable: false,
    },
    {
      entryId: entryId(1),
      name: 'Org 1',
      organizationName: null,
      state: 'failed',
      failure,
      retryable: true,
    },
    {
      entryId: entryId(2),
      name: 'Org 2',
      organizationName: null,
      state: 'done',
      failure: null,
      retryable: false,
    },
    {
      entryId: entryId(3),
      name: 'Org 3',
      organizationName: 'Group',
      state: 'canceled',
      failure: null,
      retryable: false,
    },
  ]);
  write(database, (tables) => {
    // A newer change of the same organization does not change the outcome of an ended item.
    tables.outbox.put(change(entryId(2), profile('b'), { state: 'refused' }));
  });
  expect(counts()).toMatchObject({ done: 1, failed: 1 });
  // The items of a removed organization are removed with it.
  write(database, ({ organizations }) => organizations.remove(entryId(2)));
  expect(counts()).toEqual({ done: 0, waiting: 1, failed: 1, canceled: 1, toDecide: 0 });
});

test('retries the changes of a save that were refused and belong to it alone, or that wait for a sign-in', () => {
  const database = freshDatabase();
  const own = patchTo({ business_phone: 'new' }, null, 'save');
  const refused = { code: 'profile.refused' } as const;
  const remote = profile('b');
  const cases: [boolean, Parameters<typeof change>[2]][] = [
    [true, { state: 'refused', failure: refused }],
    [true, { state: 'paused', failure: { code: 'sign-in.refused' } }],
    [false, { state: 'queued' }],
    [false, { state: 'differs', remote, failure: { code: 'profile.stored-differently' } }],
    [false, { state: 'conflict', remote, failure: { code: 'profile.conflict' } }],
    [
      false,
      {
        state: 'refused',
        failure: refused,
        patch: { ...own, ...patchTo({ business_address: 'other' }, null, 'other save') },
      },
    ],
    [
      false,
      {
        state: 'refused',
        failure: refused,
        patch: { ...own, ...patchTo({ business_address: 'mine' }) },
        saveId: null,
      },
    ],
    // A text that looks like the field of another save.
    [
      true,
      {
        state: 'refused',
        failure: refused,
        patch: patchTo({ business_phone: '","save":"other save"' }, null, 'save'),
      },
    ],
  ];
  write(database, (tables) => {
    cases.forEach(([, more], number) => {
      addOrganization(tables, number);
      tables.outbox.put(change(entryId(number), {}, { patch: own, saveId: 'save', ...more }));
    });
    addSave(
      tables,
      'save',
      cases.map((_, number) => item(number)),
    );
  });
  const counts = read(database, ({ saves }) => saves.counts('save'));
  expect(counts).toMatchObject({ failed: 7, waiting: 1, toDecide: 6 });
  const retryable = () =>
    read(database, ({ saves }) => saves.results('save')).map((result) => result.retryable);
  expect(retryable()).toEqual(cases.map(([expected]) => expected));
  for (const then of AFTER_CANCEL) {
    for (const stage of CANCELED_STAGES[then]) {
      write(database, ({ saves }) => saves.setStage('save', stage));
      expect(retryable()).toEqual(cases.map(() => false));
      expect(read(database, ({ saves }) => saves.afterCancel('save'))).toBe(then);
    }
  }
});

type End = Parameters<Tables['saves']['end']>[3];
const ENDS: [string, [FieldName, End][], [string, string | null]][] = [
  ['one field is still open', [['business_phone', 'done']], ['waiting', null]],
  [
    'all fields were done',
    [
      ['business_phone', 'done'],
      ['business_address', 'done'],
    ],
    ['done', null],
  ],
  [
    'one field was replaced',
    [
      ['business_phone', 'done'],
      ['business_address', 'replaced'],
    ],
    ['canceled', 'change.replaced'],
  ],
  [
    "another person's text was kept in one field",
    [
      ['business_phone', 'replaced'],
      ['business_address', 'theirs'],
    ],
    ['canceled', 'change.remote-kept'],
  ],
  [
    'one field was canceled',
    [
      ['business_phone', 'canceled'],
      ['business_address', 'done'],
    ],
    ['canceled', null],
  ],
  [
    'Cloudflare confirmed a text that was replaced meanwhile',
    [
      ['business_phone', 'replaced'],
      ['business_address', 'done'],
      ['business_phone', 'done'],
    ],
    ['done', null],
  ],
];

test.each(ENDS)('an item ends as it should: %s', (_, ends, expected) => {
  const database = freshDatabase();
  write(database, (tables) => {
    for (const number of [1, 2]) {
      addOrganization(tables, number);
      tables.outbox.put(ofSave(number));
    }
    addSave(tables, 'save', [item(1, TWO), item(2, TWO)]);
    addSave(tables, 'other', [item(1, TWO)]);
    for (const [field, end] of ends) tables.saves.end('save', entryId(1), field, end);
    tables.saves.end('unknown', entryId(1), 'business_phone', 'done');
  });
  expect(resultsOf(database)).toEqual([expected, ['waiting', null]]);
  expect(resultsOf(database, 'other'), 'of another save').toEqual([['waiting', null]]);
});

test('keeps a closed save, which does not hold its changes', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addOrganization(tables, 0);
    tables.outbox.put({ ...ofSave(0), state: 'refused' });
    addSave(tables, 'save', [item(0)], { paused: true });
    tables.saves.close('save');
    addSave(tables, 'other');
  });
  const closed = { id: 'save', closed: true, paused: false };
  expect(read(database, ({ saves }) => saves.all())).toMatchObject([{ closed: false }, closed]);
  expect(read(database, ({ saves }) => saves.get('save'))).toMatchObject(closed);
  // The save was paused. When its change is retried from the page, it must not wait for a save that was closed.
  write(database, ({ outbox }) => outbox.move([entryId(0)], 'queued', null));
  const next = read(database, ({ outbox }) =>
    outbox.next([null], { own: false, saves: outbox.savesInOrder() }, NOW, () => false),
  );
  expect(next?.entryId).toBe(entryId(0));
});

test('keeps saves for 90 days, the newest 50, and those with open items', () => {
  const DAY = 86_400_000;
  const database = freshDatabase();
  const ids = () => read(database, ({ saves }) => saves.all()).map(({ id }) => id);
  write(database, (tables) => {
    addOrganization(tables, 0);
    tables.outbox.put(ofSave(0, 'open'));
    addSave(tables, 'open', [item(0)], { at: NOW - 200 * DAY });
    addSave(tables, 'old', [], { at: NOW - 91 * DAY });
    addSave(tables, 'recent', [], { at: NOW - 89 * DAY });
    // Until it is among the newest 50 no more, an old one stays.
    for (let number = 1; number <= 49; number += 1)
      addSave(tables, `filler ${number}`, [], { at: NOW - 100 * DAY });
  });
  expect(ids()).toHaveLength(52);
  write(database, (tables) => addSave(tables, 'new'));
  expect(ids()).toEqual([
    'new',
    ...Array.from({ length: 49 }, (_, at) => `filler ${49 - at}`),
    'recent',
    'open',
  ]);
});

test('counts how many entries are still to be submitted, until no more are', () => {
  const database = freshDatabase();
  const left = () => read(database, ({ saves }) => saves.get('save')?.leftToSubmit);
  write(database, (tables) => {
    addOrganization(tables, 0);
    addSave(tables, 'save', [item(0)], { leftToSubmit: 2_000 });
  });
  expect(left()).toBe(1_999);
  // What is removed later was submitted all the same.
  write(database, ({ organizations }) => organizations.remove(entryId(0)));
  expect(left()).toBe(1_999);
  write(database, ({ saves }) => saves.endSubmitting('save'));
  expect(left()).toBe(0);
});

test('returns results in pages: failed, waiting, canceled, then done', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    for (const number of [0, 1, 2, 3, 4]) addOrganization(tables, number);
    addSave(
      tables,
      'save',
      [0, 1, 2, 3, 4].map((number) => item(number)),
    );
    for (const number of [1, 4]) tables.outbox.put(ofSave(number));
    tables.outbox.put({ ...ofSave(3), state: 'refused' });
    tables.saves.end('save', entryId(0), 'business_phone', 'done');
    tables.saves.end('save', entryId(2), 'business_phone', 'canceled');
  });
  const page = (offset: number, limit: number) =>
    read(database, ({ saves }) => saves.results('save', { offset, limit })).map(
      ({ entryId: id, state }) => [Number.parseInt(id, 16), state],
    );
  expect(page(0, 3)).toEqual([
    [3, 'failed'],
    [1, 'waiting'],
    [4, 'waiting'],
  ]);
  expect(page(3, 3)).toEqual([
    [2, 'canceled'],
    [0, 'done'],
  ]);
});

test('survives damaged rows of saves', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    for (const number of [0, 1]) addOrganization(tables, number);
    addSave(tables, 'save', [item(0), item(1)]);
  });
  withRawDatabase(folder, (db) => {
    db.exec(`UPDATE save SET fields = '{"a":1}', stage = 'x', paused = 7;
      UPDATE save_item SET ends = '[]'`);
    db.prepare("UPDATE save_item SET state = 'x', failure = '[]' WHERE entry_id = ?").run(
      entryId(0),
    );
  });
  const rest = { fields: [], stage: 'sending', paused: false, leftToSubmit: 0, closed: false };
  const save = { id: 'save', at: NOW, ...rest };
  read(database, ({ saves }) => {
    expect(saves.all()).toEqual([save]);
    expect(saves.counts('save')).toEqual({
      done: 0,
      waiting: 0,
      failed: 0,
      canceled: 2,
      toDecide: 0,
    });
    expect(saves.results('save')).toMatchObject([{ state: 'canceled', failure: null }, {}]);
  });
  write(database, ({ saves }) => {
    saves.checkMacs();
    saves.end('save', entryId(1), 'business_phone', 'done');
  });
  expect(resultsOf(database)).toEqual([
    ['canceled', null],
    ['done', null],
  ]);
  read(database, ({ saves }) => expect(saves.get('save')?.paused).toBe(true));
  write(database, ({ saves }) => saves.setPaused('save', false));
  read(database, ({ saves }) => {
    expect(saves.notSending(['save'])).toEqual([]);
    expect(saves.get('save')).toEqual(save);
  });
});
