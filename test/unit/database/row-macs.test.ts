/** Rows that were changed outside the app, and rows that were stored before the key was known. */
import { describe, expect, test } from 'vitest';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Database } from '../../../src/main/database/tables';
import {
  addOrganization,
  addSignIns,
  change,
  copy,
  opened,
  entryId,
  profile,
  read,
  signIn,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const id = entryId(1);
const KEY = Buffer.alloc(32, 1);
const HEX = KEY.toString('hex');

/** A closed database with a pending change of a sign-in, an abandoned text and a save, all made with `KEY`. */
function closedDatabase(): string {
  const folder = temporaryFolder();
  const { database } = opened(folder, { macs: new RowMacs(KEY) });
  write(database, (tables) => {
    addSignIns(tables);
    tables.signIns.setReadOnly(signInId(2), 'chosen');
    addOrganization(tables, 1);
    tables.organizations.put({ ...tables.organizations.get(id)!, signInId: signInId(1) });
    tables.profiles.put(copy(id, profile('saved')));
    tables.outbox.put(change(id, { business_phone: '1' }, { attempted: { business_phone: '0' } }));
    tables.abandoned.put(id, { business_name: 'tried' });
    tables.saves.add({
      id: 'save',

      at: 1,
      fields: ['business_phone'],
      stage: 'submitting',
      paused: false,
    });
    tables.saves.addSubmitted('save', id, ['business_phone']);
  });
  database.close();
  return folder;
}

/** Opens the database as the next launch does. `key`: what the keychain returned, null if nothing yet. */
function next(folder: string, key: string | null = HEX): { database: Database; macs: RowMacs } {
  const macs = new RowMacs();
  if (key !== null) macs.use(key);
  return { database: opened(folder, { macs }).database, macs };
}

/** A closed database that someone changed, opened by the next launch. */
function altered(sql: string, folder = closedDatabase()): Database {
  withRawDatabase(folder, (db) => db.exec(sql));
  return next(folder).database;
}

const isOurs = (database: Database): boolean =>
  read(database, ({ outbox }) => outbox.trust(id)) === 'ours';
const checkAll = (database: Database, isFolderKey = true) =>
  write(database, (tables) => {
    tables.signIns.checkMacs(isFolderKey);
    tables.saves.checkMacs();
    tables.abandoned.checkMacs();
    return tables.outbox.checkMacs(0, 9);
  });

test('trusts what an earlier run stored, once its key is known', () => {
  const { database, macs } = next(closedDatabase(), null);
  read(database, ({ outbox, abandoned, saves }) => {
    expect(outbox.trust(id)).toBe('unknown');
    expect(abandoned.get(id)).toEqual({});
    expect(abandoned.mustWait(id)).toBe(true);
    expect(saves.trust('save')).toBe('unknown');
  });
  macs.use(HEX);
  read(database, ({ outbox, abandoned, saves }) => {
    expect(outbox.trust(id)).toBe('ours');
    expect(abandoned.get(id)).toEqual({ business_name: 'tried' });
    expect(saves.trust('save')).toBe('ours');
  });
});

test.each([
  ['version', 'UPDATE outbox SET version = version + 1'],
  ['text', `UPDATE pending_field SET text = '"3"'`],
  ['base', `UPDATE pending_field SET base = '"saved business_phone"'`],
  ['field', `UPDATE pending_field SET field = 'business_email'`],
  ['save', `UPDATE pending_field SET save_id = 'save'`],
  [
    'field besides',
    `INSERT INTO pending_field VALUES ('${id}', 'business_name', NULL, '"3"', NULL)`,
  ],
  ['attempted text', `UPDATE outbox SET attempted = '{}'`],
  ['copy to decide about', `UPDATE outbox SET remote = '{}'`],
  ['decision', `UPDATE outbox SET state = 'conflict'`],
  ['MAC', 'UPDATE outbox SET mac = NULL'],
  ['sign-in', `UPDATE organization SET sign_in_id = '${signInId(2)}'`],
])('a change with another %s is not ours', (_, sql) => {
  const database = altered(sql);
  expect(isOurs(database)).toBe(false);
  expect(checkAll(database)).toEqual({ unsigned: [id], next: null });
});

test.each([
  "state = 'paused'",
  "state = 'waiting', next_try_at = 5",
  'attempts = 3',
  'submitted_at = 1',
])('does not cover when a change is sent: %s', (set) => {
  expect(isOurs(altered(`UPDATE outbox SET ${set}`))).toBe(true);
});

test('the email of a sign-in may change', () => {
  const { database } = next(closedDatabase());
  write(database, ({ signIns }) => signIns.put({ ...signIn(1), email: 'new@example.org' }));
  expect(isOurs(database)).toBe(true);
});

test('with another key nothing is ours', () => {
  const { database } = next(closedDatabase(), 'ab'.repeat(32));
  expect(isOurs(database)).toBe(false);
  expect(checkAll(database).unsigned).toEqual([id]);
  expect(read(database, ({ abandoned }) => abandoned.ids())).toEqual([]);
});

test('a change of another organization or another kind of row has no valid MAC', () => {
  const macs = new RowMacs();
  const mac = macs.of(['change', 'a', 'bc']);
  macs.use(HEX);
  expect(macs.check(['change', 'a', 'bc'], mac)).toBe('ours');
  for (const other of [
    ['plan', 'a', 'bc'],
    ['change', 'ab', 'c'],
    ['change', 'a', 'bc', null],
    ['change', 'a', 'b', 'c'],
  ] as const) {
    expect(macs.check(other, mac)).toBe('foreign');
  }
  expect(macs.of(['change', 1])).not.toBe(macs.of(['change', '1']));
  expect(macs.of(['change', null])).not.toBe(macs.of(['change', 'null']));
});

describe('what is stored before the key is known', () => {
  test('is ours in this run, and in later ones once it is signed', () => {
    const folder = closedDatabase();
    const { database, macs } = next(folder, null);
    write(database, (tables) => {
      tables.outbox.put(change(addOrganization(tables, 2), { business_phone: '1' }));
      tables.abandoned.put(entryId(2), { business_name: 'tried' });
      tables.signIns.setReadOnly(signInId(1), 'chosen');
      tables.saves.add({
        id: 'later',

        at: 2,
        fields: [],
        stage: 'sending',
        paused: false,
      });
    });
    const trust = (one: Database) =>
      read(one, ({ outbox, abandoned, saves }) => [
        outbox.trust(entryId(2)),
        abandoned.get(entryId(2)).business_name,
        saves.trust('later'),
      ]);
    expect(trust(database)).toEqual(['ours', 'tried', 'ours']);
    macs.use(HEX);
    expect(checkAll(database).unsigned).toEqual([]);
    database.close();
    expect(trust(next(folder).database)).toEqual(['ours', 'tried', 'ours']);
  });

  test('is not ours in the next run if that one ended before it was signed', () => {
    const folder = closedDatabase();
    const { database } = next(folder, null);
    const put = (version: number) =>
      write(database, (tables) =>
        tables.outbox.put(change(addOrganization(tables, 2), { business_phone: '1' }, { version })),
      );
    put(1);
    put(2);
    database.close();
    expect(checkAll(next(folder).database).unsigned).toEqual([entryId(2)]);
  });

  test('never signs a row that was not checked', () => {
    const folder = closedDatabase();
    const { database, macs } = next(folder, null);
    write(database, ({ outbox, saves, signIns }) => {
      outbox.put({ ...outbox.get(id)!, version: 2 });
      saves.setStage('save', 'sending');
      signIns.put({ ...signIn(1), label: 'Other' });
    });
    macs.use(HEX);
    read(database, ({ outbox, saves }) => {
      expect(outbox.trust(id)).toBe('foreign');
      expect(saves.trust('save')).toBe('foreign');
    });
    checkAll(database);
    read(database, ({ saves, signIns }) => {
      expect(saves.paused()).toEqual(['save']);
      expect(signIns.get(signInId(1))?.readOnly).toBeNull();
    });
  });

  test('but a time may be stored over such a row', () => {
    const { database, macs } = next(closedDatabase(), null);
    const timing = { state: 'waiting', failure: null, attempts: 1, nextTryAt: 5 } as const;
    write(database, ({ outbox }) => outbox.setTiming(id, timing));
    macs.use(HEX);
    expect(isOurs(database)).toBe(true);
    expect(read(database, ({ outbox }) => outbox.get(id))).toMatchObject(timing);
  });
});

test('a change is signed again when the app itself changes its sign-in', () => {
  const { database } = next(closedDatabase());
  write(database, ({ organizations }) =>
    organizations.put({ ...organizations.get(id)!, signInId: signInId(2) }),
  );
  expect(isOurs(database)).toBe(true);
  write(database, ({ organizations }) => void organizations.release(signInId(2)));
  expect(isOurs(database)).toBe(true);
  write(database, ({ organizations }) =>
    organizations.put({ ...organizations.get(id)!, signInId: signInId(1) }),
  );
  write(database, ({ signIns }) => signIns.remove(signInId(1)));
  expect(isOurs(database)).toBe(true);
});

test('an altered change is not signed when its sign-in changes', () => {
  const database = altered(`UPDATE outbox SET attempted = '{}'`);
  write(database, ({ organizations }) =>
    organizations.put({ ...organizations.get(id)!, signInId: signInId(2) }),
  );
  expect(isOurs(database)).toBe(false);
});

test('ignores an altered abandoned text, and a planted save', () => {
  const database = altered(`UPDATE abandoned SET texts = '{"business_name":"theirs"}';
    INSERT INTO save SELECT 'evil', at, fields, stage, paused, not_submitted, closed, mac FROM save`);
  expect(read(database, ({ abandoned }) => abandoned.get(id))).toEqual({});
  expect(read(database, ({ saves }) => saves.trust('evil'))).toBe('foreign');
});

describe('a sign-in is read-only', () => {
  const readOnly = (database: Database, number: number) => {
    checkAll(database);
    return read(database, ({ signIns }) => signIns.get(signInId(number))?.readOnly);
  };

  test.each([
    ['if someone else lifted that', 'UPDATE sign_in SET read_only = NULL', 2],
    ['if it has no code', 'UPDATE sign_in SET mac = NULL', 1],
    [
      'if the code is that of another',
      `UPDATE sign_in SET read_only = NULL,
         mac = (SELECT mac FROM sign_in WHERE id = '${signInId(1)}')`,
      2,
    ],
    [
      'if someone else added it',
      `INSERT INTO sign_in (id, kind, label, email, state) SELECT '${signInId(3)}', kind, label, email, state
       FROM sign_in LIMIT 1`,
      3,
    ],
  ])('%s', (_, sql, number) => {
    expect(readOnly(altered(sql), number)).toBe('chosen');
  });

  test('no longer once the person says so, whatever else changes', () => {
    const folder = closedDatabase();
    const { database } = next(folder);
    expect(readOnly(database, 2)).toBe('chosen');
    write(database, ({ signIns }) => signIns.setReadOnly(signInId(2), null));
    write(database, ({ signIns }) => signIns.put({ ...signIn(2), label: 'Other', email: 'x' }));
    database.close();
    expect(readOnly(next(folder).database, 2)).toBeNull();
  });

  test('not if its key was only in memory and there is no key of the folder: no one can use it until the person enters that again', () => {
    const folder = closedDatabase();
    withRawDatabase(folder, (db) => db.exec(`UPDATE sign_in SET state = 'session-only'`));
    const { database } = next(folder, null);
    checkAll(database, false);
    const row = read(database, ({ signIns }) => signIns.get(signInId(1)));
    expect(row).toMatchObject({ state: 'session-only', readOnly: null });
  });

  test('also if someone else says that its key was only in memory', () => {
    expect(
      readOnly(altered(`UPDATE sign_in SET read_only = NULL, state = 'session-only'`), 2),
    ).toBe('chosen');
  });

  test('also if someone else stores what says nothing, and the app something else', () => {
    const folder = closedDatabase();
    withRawDatabase(folder, (db) => db.exec(`UPDATE sign_in SET read_only = 'zzz'`));
    const { database, macs } = next(folder, null);
    write(database, ({ signIns }) => signIns.put({ ...signIns.get(signInId(2))!, checkedAt: 5 }));
    macs.use(HEX);
    expect(readOnly(database, 2)).toBe('chosen');
  });
});

/** A closed database with a change of a paused save. */
function withPausedSave(): string {
  const folder = closedDatabase();
  const { database } = opened(folder, { macs: new RowMacs(KEY) });
  write(database, ({ saves, outbox }) => {
    saves.setStage('save', 'sending');
    saves.setPaused('save', true);
    const patch = { business_phone: { base: '', text: '2', save: 'save' } };
    outbox.put({ ...outbox.get(id)!, patch, saveId: 'save' });
  });
  database.close();
  return folder;
}

const nextToSend = (database: Database) =>
  read(database, ({ outbox }) =>
    outbox.next([signInId(1)], { own: true, saves: outbox.savesInOrder() }, 10, () => false),
  );

test.each([
  'paused = 0',
  "paused = 0, stage = 'applying'",
  "paused = 0, stage = 'sending'",
  'paused = 0, mac = NULL',
])('a paused save stays paused until the person resumes it: %s', (set) => {
  const database = altered(`UPDATE save SET ${set}`, withPausedSave());
  const expectPaused = () => {
    read(database, ({ saves }) => {
      expect(saves.notSending(['save'])).toEqual(['save']);
      expect(saves.paused()).toEqual(['save']);
      expect(saves.get('save')?.paused).toBe(true);
    });
    expect(nextToSend(database)).toBeNull();
  };
  expectPaused();
  checkAll(database);
  expectPaused();
  write(database, ({ saves }) => saves.setStage('save', 'sending'));
  expectPaused();
  write(database, ({ saves }) => saves.setPaused('save', false));
  expect(nextToSend(database)).toMatchObject({ entryId: id, saveId: 'save' });
});

test('a change of a save that was deleted is not ours', () => {
  expect(isOurs(altered('DELETE FROM save', withPausedSave()))).toBe(false);
});
