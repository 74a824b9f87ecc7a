/** Rows that were changed outside the app, and rows of earlier runs. */
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
const KEYS = [KEY.toString('hex')];

/** A closed database with a pending change of a sign-in, an abandoned text and a save, all made with `KEY`. */
function closedDatabase(): string {
  const folder = temporaryFolder();
  const { database } = opened(folder, { macs: new RowMacs(KEY) });
  write(database, (tables) => {
    addSignIns(tables);
    addOrganization(tables, 1);
    tables.organizations.put({ ...tables.organizations.get(id)!, signInId: signInId(1) });
    tables.profiles.put(copy(id, profile('saved')));
    tables.outbox.put(change(id, { business_phone: '1' }, { attempted: { business_phone: '0' } }));
    tables.abandoned.put(id, { business_name: 'tried' });
    tables.saves.add({
      id: 'save',
      kind: 'change',
      at: 1,
      fields: ['business_phone'],
      stage: 'applying',
      paused: false,
    });
    tables.saves.addItems('save', [
      { entryId: id, plan: { business_phone: { text: '2', seen: '1' } } },
    ]);
  });
  database.close();
  return folder;
}

/** Opens the database as the next launch does. `keys`: those that the keychain returned, null if none yet. */
function next(
  folder: string,
  keys: readonly string[] | null = KEYS,
): { database: Database; macs: RowMacs } {
  const macs = new RowMacs();
  if (keys) macs.useEarlierKeys(keys);
  return { database: opened(folder, { macs }).database, macs };
}

const stateOf = (database: Database) => read(database, ({ outbox }) => outbox.get(id)?.state);

test('trusts what an earlier run stored, once its key is known', () => {
  const { database, macs } = next(closedDatabase(), null);
  read(database, ({ outbox, abandoned, saves }) => {
    expect(outbox.verdict(id)).toBe('unknown');
    expect(outbox.get(id)?.state).toBe('queued');
    expect(abandoned.get(id)).toEqual({});
    expect(saves.mustWait('save')).toBe(true);
  });
  macs.useEarlierKeys(KEYS);
  read(database, ({ outbox, abandoned, saves }) => {
    expect(outbox.verdict(id)).toBe('intact');
    expect(abandoned.get(id)).toEqual({ business_name: 'tried' });
    expect(saves.mustWait('save')).toBe(false);
    expect(saves.unapplied('save', 9)).toMatchObject([{ failure: null }]);
  });
});

test.each([
  ['version', 'UPDATE outbox SET version = version + 1'],
  ['text', `UPDATE outbox SET patch = replace(patch, '"1"', '"3"')`],
  [
    'base',
    `UPDATE outbox SET patch = replace(patch, 'base business_phone', 'saved business_phone')`,
  ],
  ['attempted text', `UPDATE outbox SET attempted = '{}'`],
  ['copy to decide about', `UPDATE outbox SET remote = '{}'`],
  ['decision', `UPDATE outbox SET state = 'conflict'`],
  ['MAC', 'UPDATE outbox SET mac = NULL'],
  ['record of what was replaced', `UPDATE outbox SET unverified = '{}'`],
  ['sign-in', `UPDATE organization SET sign_in_id = '${signInId(2)}'`],
  ['email of the sign-in', `UPDATE sign_in SET email = '"other@example.org"'`],
])('refuses a change with another %s, without trusting any of it', (_, sql) => {
  const folder = closedDatabase();
  withRawDatabase(folder, (db) => db.exec(sql));
  const { database } = next(folder);
  expect(read(database, ({ outbox }) => outbox.verdict(id))).toBe('altered');
  const row = read(database, ({ outbox }) => outbox.get(id))!;
  const { text } = row.patch.business_phone!;
  expect(row).toMatchObject({
    state: 'refused',
    failure: { code: 'change.altered' },
    remote: null,
  });
  expect(row.attempted).toEqual({});
  expect(row.patch).toEqual({ business_phone: { base: profile('saved').business_phone, text } });
});

test.each([
  "state = 'paused'",
  "state = 'waiting', next_attempt_at = 5",
  'attempts = 3',
  'submitted_at = 1',
])('does not cover when a change is sent: %s', (set) => {
  const folder = closedDatabase();
  withRawDatabase(folder, (db) => db.exec(`UPDATE outbox SET ${set}`));
  expect(read(next(folder).database, ({ outbox }) => outbox.verdict(id))).toBe('intact');
});

test('refuses what no one can check: the key is lost, or was replaced by later launches', () => {
  const folder = closedDatabase();
  const lost = next(folder, []);
  expect(read(lost.database, ({ outbox }) => outbox.get(id)?.failure?.code)).toBe(
    'change.unchecked',
  );
  lost.database.close();
  const { database, macs } = next(folder);
  macs.dropEarlierKeys();
  expect(read(database, ({ outbox }) => outbox.get(id)?.failure?.code)).toBe('change.unchecked');
});

test('a change of another organization or another kind of row has no valid MAC', () => {
  const macs = new RowMacs();
  const mac = macs.of(['change', 'a', 'bc']);
  macs.useEarlierKeys(KEYS);
  for (const other of [
    ['plan', 'a', 'bc'],
    ['change', 'ab', 'c'],
    ['change', 'a', 'bc', null],
    ['change', 'a', 'b', 'c'],
  ] as const) {
    expect(macs.verdict(other, mac)).toBe('altered');
  }
  expect(macs.of(['change', 1])).not.toBe(macs.of(['change', '1']));
  expect(macs.of(['change', null])).not.toBe(macs.of(['change', 'null']));
});

test('a change that was saved before its predecessor could be checked is checked by both', () => {
  for (const [isAltered, expected] of [
    [false, 'queued'],
    [true, 'refused'],
  ] as const) {
    const folder = closedDatabase();
    if (isAltered) withRawDatabase(folder, (db) => db.exec(`UPDATE outbox SET attempted = '{}'`));
    const { database, macs } = next(folder, null);
    write(database, ({ outbox }) => {
      const row = outbox.get(id)!;
      outbox.put({ ...row, version: 2 });
      outbox.put({ ...row, version: 3 });
    });
    expect(read(database, ({ outbox }) => outbox.verdict(id))).toBe('unknown');
    macs.useEarlierKeys(KEYS);
    expect(stateOf(database)).toBe(expected);
    write(database, ({ outbox }) => outbox.renewMacs(0, 9));
    macs.dropEarlierKeys();
    expect(stateOf(database)).toBe(expected);
    expect(read(database, ({ outbox }) => outbox.verdict(id))).toBe('intact');
    database.close();
  }
});

describe('a refused change keeps the texts that may be at Cloudflare', () => {
  /** What counts as ours after a launch whose key is lost saved over the change. */
  const attemptedAfter = (folder: string) => {
    const lost = next(folder, null).database;
    write(lost, ({ outbox }) => outbox.put({ ...outbox.get(id)!, version: 2 }));
    lost.close();
    const { database } = next(folder);
    const row = read(database, ({ outbox }) => outbox.get(id))!;
    expect(row).toMatchObject({ state: 'refused', version: 2 });
    return row.attempted;
  };

  test('those of the last row that can be checked', () => {
    expect(attemptedAfter(closedDatabase())).toEqual({ business_phone: '0' });
  });

  test('but none if that row was altered', () => {
    const folder = closedDatabase();
    const set = `UPDATE outbox SET attempted = '{"business_phone":"theirs"}'`;
    withRawDatabase(folder, (db) => db.exec(set));
    expect(attemptedAfter(folder)).toEqual({});
  });

  test('but none if that row belongs to another organization', () => {
    const folder = closedDatabase();
    const { database } = opened(folder, { macs: new RowMacs(KEY) });
    write(database, (tables) => {
      const attempted = { business_phone: 'theirs' };
      tables.outbox.put(change(addOrganization(tables, 2), { business_phone: '1' }, { attempted }));
    });
    database.close();
    withRawDatabase(folder, (db) => {
      db.exec(`UPDATE outbox SET mac = NULL, unverified = (SELECT json_array(json_array(mac, 'change',
        entry_id, version, patch, attempted, remote, state, NULL, NULL))
        FROM outbox WHERE entry_id <> '${id}') WHERE entry_id = '${id}'`);
    });
    const row = read(next(folder).database, ({ outbox }) => outbox.get(id))!;
    expect(row.state).toBe('refused');
    expect(row.attempted).toEqual({});
  });
});

test.each([null, KEYS])(
  'keeps its MAC when the app itself changes the sign-in (keys: %s)',
  (keys) => {
    const { database, macs } = next(closedDatabase(), keys);
    write(database, ({ signIns }) => signIns.put({ ...signIn(1), email: 'new@example.org' }));
    write(database, ({ organizations }) =>
      organizations.put({ ...organizations.get(id)!, signInId: signInId(2) }),
    );
    write(database, ({ organizations }) => void organizations.release(signInId(2)));
    write(database, ({ organizations }) =>
      organizations.put({ ...organizations.get(id)!, signInId: signInId(1) }),
    );
    write(database, ({ signIns }) => signIns.remove(signInId(1)));
    macs.useEarlierKeys(KEYS);
    expect(read(database, ({ outbox }) => outbox.verdict(id))).toBe('intact');
  },
);

test('an altered change stays altered when its sign-in changes', () => {
  const folder = closedDatabase();
  withRawDatabase(folder, (db) => db.exec(`UPDATE outbox SET attempted = '{}'`));
  const { database } = next(folder);
  write(database, ({ signIns }) => signIns.put({ ...signIn(1), email: 'new@example.org' }));
  expect(stateOf(database)).toBe('refused');
});

test('ignores an altered abandoned text, and does not apply an altered or planted plan', () => {
  const folder = closedDatabase();
  withRawDatabase(folder, (db) =>
    db.exec(`UPDATE abandoned SET texts = '{"business_name":"theirs"}';
      UPDATE save_item SET plan = replace(plan, '"2"', '"3"');
      INSERT INTO save SELECT 'evil', kind, at, fields, stage, paused, intended, closed, mac FROM save;
      INSERT INTO save_item SELECT 'evil', entry_id, plan, ends, NULL, NULL, NULL, mac FROM save_item`),
  );
  const { database } = next(folder);
  read(database, ({ abandoned, saves }) => {
    expect(abandoned.get(id)).toEqual({});
    for (const save of ['save', 'evil']) {
      expect(saves.unapplied(save, 9)).toMatchObject([{ failure: { code: 'change.altered' } }]);
    }
  });
});

test('a save whose stage was changed is not applied', () => {
  const folder = closedDatabase();
  withRawDatabase(folder, (db) => db.exec(`UPDATE save SET mac = NULL`));
  read(next(folder).database, ({ saves }) =>
    expect(saves.unapplied('save', 9)).toMatchObject([{ failure: { code: 'change.altered' } }]),
  );
});

test('gives every intact row a MAC of this run', () => {
  const { database, macs } = next(closedDatabase());
  write(database, ({ outbox, abandoned, saves }) => {
    expect(outbox.renewMacs(0, 9)).toBeNull();
    expect(saves.renewMacs(0, 1)).toBe(1);
    expect(saves.renewMacs(1, 1)).toBeNull();
    abandoned.renewMacs();
  });
  macs.dropEarlierKeys();
  read(database, ({ outbox, abandoned, saves }) => {
    expect(outbox.verdict(id)).toBe('intact');
    expect(abandoned.get(id)).toEqual({ business_name: 'tried' });
    expect(saves.unapplied('save', 9)).toMatchObject([{ failure: null }]);
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
    outbox.next([signInId(1)], { own: true, saves: true }, 10, () => false),
  );

test.each([
  'paused = 0',
  "paused = 0, stage = 'applying'",
  "paused = 0, stage = 'sending'",
  'paused = 0, mac = NULL',
])('a paused save stays paused until the person resumes it: %s', (set) => {
  const folder = withPausedSave();
  withRawDatabase(folder, (db) => db.exec(`UPDATE save SET ${set}`));
  const { database } = next(folder);
  read(database, ({ saves }) => {
    expect(saves.notSending()).toEqual(['save']);
    expect(saves.paused()).toEqual(['save']);
    expect(saves.get('save')?.paused).toBe(true);
  });
  expect(nextToSend(database)).toBeNull();
  write(database, ({ saves }) => saves.setStage('save', 'sending'));
  expect(nextToSend(database)).toBeNull();
  write(database, ({ saves }) => saves.setPaused('save', false));
  expect(nextToSend(database)).toMatchObject({ entryId: id, saveId: 'save' });
});

test('a paused save keeps a valid MAC when it is paused, resumed and closed', () => {
  const folder = withPausedSave();
  const { database, macs } = next(folder);
  write(database, ({ saves }) => saves.renewMacs(0, 9));
  macs.dropEarlierKeys();
  expect(read(database, ({ saves }) => saves.paused())).toEqual(['save']);
  write(database, ({ saves }) => saves.setPaused('save', false));
  expect(read(database, ({ saves }) => saves.notSending())).toEqual([]);
  write(database, ({ saves }) => saves.setPaused('save', true));
  write(database, ({ saves }) => saves.close('save'));
  expect(read(database, ({ saves }) => saves.notSending())).toEqual([]);
});

test('a change of a save that was deleted is refused, and becomes the change of the person', () => {
  const folder = withPausedSave();
  withRawDatabase(folder, (db) => db.exec('DELETE FROM save'));
  const { database } = next(folder);
  expect(nextToSend(database)).toBeNull();
  expect(read(database, ({ outbox }) => outbox.verdict(id))).toBe('altered');
  write(database, ({ outbox }) => outbox.renewMacs(0, 9));
  const row = read(database, ({ outbox }) => outbox.get(id))!;
  expect(row).toMatchObject({ state: 'refused', failure: { code: 'change.altered' } });
  expect(row.patch.business_phone).toEqual({ base: profile('saved').business_phone, text: '2' });
  write(database, ({ outbox }) => outbox.put({ ...row, state: 'queued', saveId: null }));
  expect(nextToSend(database)).toMatchObject({ entryId: id, saveId: null });
});
