/**
 * Bulk jobs in the database: their stages, the state and outcome of items, and when a job is
 * forgotten.
 */
import { expect, test } from 'vitest';
import type { BulkItemRow, BulkJobRow, Database, Tables } from '../../../src/main/database/tables';
import { CANCELED_STAGES } from '../../../src/main/database';
import { AFTER_CANCEL } from '../../../src/shared/bulk';
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

/** An item of a job: a new text for each of these fields of the organization. */
function item(number: number, fields: readonly FieldName[] = PHONE): BulkItemRow {
  const plan = Object.fromEntries(fields.map((field) => [field, { text: 'new', seen: 'old' }]));
  return { entryId: entryId(number), plan };
}

/** Stores a job with items for these organizations. */
function addJob(
  tables: Tables,
  id: string,
  items: readonly BulkItemRow[] = [],
  more: Partial<BulkJobRow> = {},
): void {
  const rest = { kind: 'change', at: NOW, fields: PHONE, stage: 'sending', paused: false } as const;
  tables.bulk.add({ id, ...rest, ...more });
  tables.bulk.addItems(id, items);
}

/** A pending change with one field owned by a job. */
const ofJob = (number: number, job = 'job') =>
  change(
    entryId(number),
    {},
    {
      patch: patchTo({ business_phone: 'new' }, null, job),
      bulkJobId: job,
    },
  );

const resultsOf = (database: Database, id = 'job') =>
  read(database, ({ bulk }) => bulk.results(id)).map(({ state, failure }) => [
    state,
    failure?.code ?? null,
  ]);

test('moves a job through its stages, and lists it once all its items are stored', () => {
  const database = freshDatabase();
  const ids = (work: (tables: Tables) => { id: string }[]) =>
    read(database, work).map(({ id }) => id);
  write(database, (tables) => {
    addJob(tables, 'first', [], { stage: 'planning', kind: 'import', fields: TWO, paused: true });
    addJob(tables, 'second');
  });
  expect(ids(({ bulk }) => bulk.all())).toEqual(['second']);
  expect(read(database, ({ bulk }) => bulk.get('first'))).toBeNull();
  for (const stage of ['applying', 'sending', 'canceling'] as const) {
    write(database, ({ bulk }) => bulk.setStage('first', stage));
    const run = { id: 'first', kind: 'import', at: NOW, fields: TWO, stage, paused: true };
    expect(read(database, ({ bulk }) => bulk.get('first'))).toEqual(run);
    expect(ids(({ bulk }) => bulk.inStage(stage))[0]).toBe('first');
    expect(
      ids(({ bulk }) => bulk.all()),
      'newest first',
    ).toEqual(['second', 'first']);
  }
  write(database, ({ bulk }) => bulk.remove('first'));
  expect(ids(({ bulk }) => bulk.all())).toEqual(['second']);
});

test('holds a job while it is paused or not ready to send', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addJob(tables, 'paused', [], { paused: true });
    addJob(tables, 'sent');
    for (const stage of ['planning', 'applying', 'canceling'] as const)
      addJob(tables, stage, [], { stage });
  });
  const held = () => read(database, ({ bulk }) => bulk.notSending().sort());
  expect(held()).toEqual(['applying', 'canceling', 'paused', 'planning']);
  expect(read(database, ({ bulk }) => bulk.paused())).toEqual(['paused']);
  write(database, ({ bulk }) => bulk.setPaused('paused', false));
  expect(held()).toEqual(['applying', 'canceling', 'planning']);
});

test('applies items in the order they were added, and returns them as planned', () => {
  const database = freshDatabase();
  const plan = { business_phone: { text: '\0\ud800', seen: '"', draftSeen: 'typed' } };
  const items = [item(2), { entryId: entryId(1), plan }, item(3, TWO), item(4)];
  write(database, (tables) => {
    for (const number of [1, 2, 3, 4]) addOrganization(tables, number);
    addJob(tables, 'job', items, { stage: 'applying' });
  });
  const unapplied = (limit: number) =>
    read(database, ({ bulk }) => bulk.unapplied('job', limit)).map(({ failure, ...rest }) => {
      expect(failure).toBeNull();
      return rest;
    });
  expect(unapplied(9)).toEqual(items);
  expect(unapplied(2)).toEqual(items.slice(0, 2));
  expect(resultsOf(database)).toEqual(Array(4).fill(['waiting', null]));
  write(database, (tables) => {
    tables.outbox.put(ofJob(2));
    tables.bulk.applied('job', entryId(2), null);
    tables.bulk.applied('job', entryId(1), { code: 'change.outdated' });
  });
  expect(unapplied(9)).toEqual(items.slice(2));
  expect(resultsOf(database)).toEqual([
    ['waiting', null],
    ['canceled', 'change.outdated'],
    ['waiting', null],
    ['waiting', null],
  ]);
});

test('derives the state of an item from its change, and keeps its outcome afterwards', () => {
  const database = freshDatabase();
  const failure = { code: 'organization.forbidden' as const };
  const counts = () => read(database, ({ bulk }) => bulk.counts('job'));
  write(database, (tables) => {
    for (const number of [0, 1, 2, 3]) {
      addOrganization(tables, number);
      tables.outbox.put(ofJob(number));
    }
    addJob(
      tables,
      'job',
      [0, 1, 2, 3].map((number) => item(number)),
    );
    for (const number of [0, 1, 2, 3]) tables.bulk.applied('job', entryId(number), null);
    tables.outbox.move([entryId(1)], 'paused', failure);
    tables.outbox.remove(entryId(2));
    tables.bulk.end('job', entryId(2), 'business_phone', 'done');
    tables.outbox.remove(entryId(3));
  });
  // The last item has no pending change and no recorded outcome, so it counts as canceled.
  expect(counts()).toEqual({ done: 1, waiting: 1, failed: 1, canceled: 1 });
  expect(read(database, ({ bulk }) => bulk.results('job'))).toEqual([
    {
      entryId: entryId(0),
      name: 'Org 0',
      state: 'waiting',
      failure: null,
      retryable: false,
    },
    { entryId: entryId(1), name: 'Org 1', state: 'failed', failure, retryable: true },
    {
      entryId: entryId(2),
      name: 'Org 2',
      state: 'done',
      failure: null,
      retryable: false,
    },
    {
      entryId: entryId(3),
      name: 'Org 3',
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
  expect(counts()).toEqual({ done: 0, waiting: 1, failed: 1, canceled: 1 });
});

test('retries the changes of a job that were refused and belong to it alone, or that wait for a sign-in', () => {
  const database = freshDatabase();
  const own = patchTo({ business_phone: 'new' }, null, 'job');
  const refused = { code: 'profile.refused' } as const;
  const remote = profile('b');
  const cases: [boolean, Parameters<typeof change>[2]][] = [
    [true, { state: 'refused', failure: refused }],
    [true, { state: 'paused', failure: { code: 'sign-in.refused' } }],
    [false, { state: 'queued' }],
    [false, { state: 'differs', remote, failure: { code: 'profile.stored-differently' } }],
    [false, { state: 'conflict', remote, failure: { code: 'profile.conflict' } }],
    [false, { state: 'refused', failure: { code: 'change.altered' } }],
    [false, { state: 'refused', failure: { code: 'change.unchecked' } }],
    [
      false,
      {
        state: 'refused',
        failure: refused,
        patch: { ...own, ...patchTo({ business_address: 'other' }, null, 'other job') },
      },
    ],
    [
      false,
      {
        state: 'refused',
        failure: refused,
        patch: { ...own, ...patchTo({ business_address: 'mine' }) },
        bulkJobId: null,
      },
    ],
    // A text that looks like the field of another job.
    [
      true,
      {
        state: 'refused',
        failure: refused,
        patch: patchTo({ business_phone: '","save":"other job"' }, null, 'job'),
      },
    ],
  ];
  write(database, (tables) => {
    cases.forEach(([, more], number) => {
      addOrganization(tables, number);
      tables.outbox.put(change(entryId(number), {}, { patch: own, bulkJobId: 'job', ...more }));
    });
    addJob(
      tables,
      'job',
      cases.map((_, number) => item(number)),
    );
    cases.forEach((_, number) => tables.bulk.applied('job', entryId(number), null));
  });
  const retryable = () =>
    read(database, ({ bulk }) => bulk.results('job')).map((result) => result.retryable);
  expect(retryable()).toEqual(cases.map(([expected]) => expected));
  for (const then of AFTER_CANCEL) {
    for (const stage of CANCELED_STAGES[then]) {
      write(database, ({ bulk }) => bulk.setStage('job', stage));
      expect(retryable()).toEqual(cases.map(() => false));
      expect(read(database, ({ bulk }) => bulk.afterCancel('job'))).toBe(then);
    }
  }
});

type End = Parameters<Tables['bulk']['end']>[3];
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

test.each(ENDS)('outcome of an item: %s', (_, ends, expected) => {
  const database = freshDatabase();
  write(database, (tables) => {
    for (const number of [1, 2]) {
      addOrganization(tables, number);
      tables.outbox.put(ofJob(number));
    }
    addJob(tables, 'job', [item(1, TWO), item(2, TWO)]);
    addJob(tables, 'other', [item(1, TWO)]);
    for (const number of [1, 2]) tables.bulk.applied('job', entryId(number), null);
    for (const [field, end] of ends) tables.bulk.end('job', entryId(1), field, end);
    tables.bulk.end('unknown', entryId(1), 'business_phone', 'done');
  });
  expect(resultsOf(database)).toEqual([expected, ['waiting', null]]);
  expect(resultsOf(database, 'other'), 'of another job').toEqual([['waiting', null]]);
});

test('forgets a dismissed job once nothing pending belongs to it', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  const records = () => {
    const found = withRawDatabase(folder, (db) => db.prepare('SELECT id FROM bulk_job').all());
    return found.map((one) => String((one as { id: unknown }).id));
  };
  write(database, (tables) => {
    addOrganization(tables, 0);
    tables.outbox.put({ ...ofJob(0), state: 'refused' });
    addJob(tables, 'job', [item(0)], { paused: true });
    tables.bulk.applied('job', entryId(0), null);
    tables.bulk.dismiss('job');
  });
  expect(read(database, ({ bulk }) => [bulk.all(), bulk.get('job')])).toEqual([[], null]);
  expect(records()).toEqual(['job']);
  // The job was paused. When its change is retried from the page, it must not wait for a job that is
  // no longer shown.
  write(database, ({ outbox }) => outbox.move([entryId(0)], 'queued', null));
  const next = read(database, ({ outbox }) =>
    outbox.next([null], { own: false, jobs: true }, NOW, () => false),
  );
  expect(next?.entryId).toBe(entryId(0));
  write(database, (tables) => {
    tables.outbox.remove(entryId(0));
    tables.bulk.end('job', entryId(0), 'business_phone', 'done');
    addJob(tables, 'other');
  });
  expect(records()).toEqual(['other']);
});

test('survives damaged rows of jobs', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    for (const number of [0, 1]) addOrganization(tables, number);
    addJob(tables, 'job', [item(0), item(1)]);
  });
  withRawDatabase(folder, (db) => {
    db.exec(`UPDATE bulk_job SET kind = 'x', fields = '{"a":1}', stage = 'x', paused = 7;
      UPDATE bulk_item SET ends = '[]', plan = '{"business_phone":1}'`);
    db.prepare("UPDATE bulk_item SET state = 'x', failure = '[]' WHERE entry_id = ?").run(
      entryId(0),
    );
  });
  // What does not pass its check is paused.
  const job = { id: 'job', kind: 'change', at: NOW, fields: [], stage: 'sending', paused: true };
  read(database, ({ bulk }) => {
    expect(bulk.all()).toEqual([job]);
    expect(bulk.counts('job')).toEqual({ done: 0, waiting: 1, failed: 0, canceled: 1 });
    expect(bulk.results('job')).toMatchObject([{ state: 'canceled', failure: null }, {}]);
    expect(bulk.unapplied('job', 9).map(({ plan }) => plan)).toEqual([{}, {}]);
  });
  write(database, ({ bulk }) => {
    bulk.applied('job', entryId(1), null);
    bulk.end('job', entryId(1), 'business_phone', 'done');
  });
  expect(resultsOf(database)).toEqual([
    ['canceled', null],
    ['done', null],
  ]);
});
