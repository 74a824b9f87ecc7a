/** The key of the data folder, its mark, and what becomes of what earlier runs left and no one vouches for. */
import { describe, expect, test } from 'vitest';
import { applyEvent } from '../../../src/main/changes/repository';
import { createVerification, MARK_MS } from '../../../src/main/changes/verification';
import { MARK_SETTING, RECOVERED } from '../../../src/main/database';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Database } from '../../../src/main/database/tables';
import type { FolderKey } from '../../../src/main/keychain';
import { failed, success, type Result } from '../../../src/shared/result';
import { Clock } from '../cloudflare/clock';
import { indexId, keychainOn } from '../keychain/memory-keychain';
import { MemoryKeyring } from '../keychain/memory-keyring';
import {
  addOrganization,
  addSignIns,
  change,
  copy,
  draftOf,
  entryId,
  opened,
  patchTo,
  profile,
  read,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../database/temporary-database';
import { eventLoopTurns } from '../event-loop';

const COUNT = 70;
const id = entryId(1);

/** The entry of a data folder in the keychain. `writesLeft`: how many writes it takes before the app is killed. */
class FakeKeychain {
  entry: FolderKey | 'none' | null = 'none';
  readonly marks: (readonly string[])[] = [];
  failure: 'keychain.locked' | 'keychain.unavailable' | null = null;
  writesLeft = Infinity;

  folderKey = async (): Promise<Result<FolderKey | 'none' | null>> =>
    this.failure ? failed(this.failure) : success(this.entry);

  setFolderKey = async (key: FolderKey): Promise<Result<null>> => {
    this.writesLeft -= 1;
    if (this.failure || this.writesLeft < 0) return failed('keychain.locked');
    this.entry = key;
    this.marks.push(key.marks);
    return success(null);
  };

  deleteFolderKey = async (): Promise<Result<null>> => {
    if (this.failure) return failed(this.failure);
    this.entry = 'none';
    return success(null);
  };
}

/** Launches the app on a folder. */
function launch(
  folder: string,
  keychain: Pick<FakeKeychain, 'folderKey' | 'setFolderKey' | 'deleteFolderKey'>,
) {
  const macs = new RowMacs();
  const { database } = opened(folder, { macs });
  const clock = new Clock();
  let checks = 0;
  const verification = createVerification({
    database,
    keychain,
    now: clock.now,
    elapsed: clock.elapsed,
    timers: clock.timers,
    yieldToEventLoop: () => Promise.resolve(),
    onChecked: () => (checks += 1),
  });
  return { database, macs, verification, clock, checks: () => checks };
}

/** The same, once everything has been checked. */
async function launched(folder: string, keychain: FakeKeychain) {
  const app = launch(folder, keychain);
  expect(await app.verification.ready()).toEqual(success(null));
  return app;
}

/** Stores changes of many organizations, a save with one of them, an abandoned text, and two sign-ins. */
function fill(database: Database): void {
  write(database, (tables) => {
    addSignIns(tables);
    for (let number = 1; number <= COUNT; number += 1) {
      addOrganization(tables, number);
      tables.profiles.put(copy(entryId(number), profile('saved')));
      tables.outbox.put(change(entryId(number), { business_phone: '1' }, { version: number }));
    }
    const save = { at: 1, stage: 'sending', paused: false } as const;
    tables.saves.add({ id: 'save', ...save, fields: [] });
    const patch = patchTo({ business_phone: '2' }, profile('base'), 'save');
    const version = COUNT + 1;
    tables.outbox.put(change(entryId(2), {}, { patch, version, saveId: 'save' }));
    tables.saves.addSubmitted('save', entryId(2), ['business_phone']);
    tables.abandoned.put(entryId(3), { business_name: 'tried' });
  });
}

/** What there is of all that. */
const state = (database: Database) =>
  read(database, ({ outbox, abandoned, saves, signIns, drafts }) => ({
    pending: outbox.all().length,
    drafts: drafts.summaries(0, 100).drafts.filter(({ origin }) => origin === RECOVERED).length,
    abandoned: abandoned.ids().length,
    paused: saves.paused(),
    readOnly: signIns.all().map(({ readOnly }) => readOnly),
  }));
const INTACT = { pending: COUNT, drafts: 0, abandoned: 1, paused: [], readOnly: [null, null] };
const DISTRUSTED = {
  pending: 0,
  drafts: COUNT,
  abandoned: 0,
  paused: ['save'],
  readOnly: ['chosen', 'chosen'],
};

/** A closed data folder with all that, and its keychain. */
async function filledFolder() {
  const folder = temporaryFolder();
  const keychain = new FakeKeychain();
  const { database } = await launched(folder, keychain);
  fill(database);
  database.close();
  return { folder, keychain };
}

test('one key per data folder, which never changes, and a mark, which each start replaces', async () => {
  const { folder, keychain } = await filledFolder();
  const { key, marks } = keychain.entry as FolderKey;
  keychain.marks.length = 0;
  const { database, checks } = await launched(folder, keychain);
  const [next] = (keychain.entry as FolderKey).marks;
  expect(keychain.entry).toEqual({ key, marks: [expect.stringMatching(/^[0-9a-f]{16}$/)] });
  expect(keychain.marks).toEqual([[marks[0], next], [next]]);
  expect(next).not.toBe(marks[0]);
  expect(state(database)).toEqual(INTACT);
  expect(checks()).toBe(1);
});

test.each([0, 1])('a start that is killed after %i of the writes loses nothing', async (writes) => {
  const { folder, keychain } = await filledFolder();
  keychain.writesLeft = writes;
  (await launched(folder, keychain)).database.close();
  keychain.writesLeft = Infinity;
  expect(state((await launched(folder, keychain)).database)).toEqual(INTACT);
});

test('a mark is replaced while the keychain is used, once an hour', async () => {
  const { folder, keychain } = await filledFolder();
  const { database, verification, clock } = await launched(folder, keychain);
  const copied = read(database, ({ settings }) => settings.get(MARK_SETTING));
  keychain.marks.length = 0;
  verification.keychainAnswered();
  clock.advance(MARK_MS - 1);
  verification.keychainAnswered();
  await eventLoopTurns();
  expect(keychain.marks).toEqual([]);
  clock.advance(1);
  verification.keychainAnswered();
  verification.keychainAnswered();
  await eventLoopTurns();
  const [mark] = (keychain.entry as FolderKey).marks;
  expect(keychain.marks).toEqual([[copied, mark], [mark]]);
  database.close();
  // A copy that was made before, of a run that no start came after.
  withRawDatabase(folder, (db) =>
    db.prepare("UPDATE setting SET value = ? WHERE name = 'mark'").run(JSON.stringify(copied)),
  );
  expect(state((await launched(folder, keychain)).database)).toEqual(DISTRUSTED);
});

test('a mark that could not be replaced is replaced an hour later', async () => {
  const { folder, keychain } = await filledFolder();
  const { database, verification, clock } = await launched(folder, keychain);
  const before = read(database, ({ settings }) => settings.get(MARK_SETTING));
  keychain.writesLeft = 0;
  clock.advance(MARK_MS);
  verification.keychainAnswered();
  await eventLoopTurns();
  keychain.writesLeft = Infinity;
  clock.advance(MARK_MS);
  verification.keychainAnswered();
  await eventLoopTurns();
  expect((keychain.entry as FolderKey).marks).not.toContain(before);
});

describe('what takes a change away from what is sent', () => {
  test.each([
    { type: 'discardPending' },
    { type: 'withdraw', fields: ['business_phone'], writing: false },
  ] as const)('makes drafts of it where no one can tell whose it is: $type', async (event) => {
    const { folder, keychain } = await filledFolder();
    keychain.failure = 'keychain.locked';
    const { database, verification } = launch(folder, keychain);
    expect(await verification.ready()).toEqual(failed('keychain.locked'));
    const call = () =>
      write(database, (tables) => applyEvent(tables, id, event, { at: 1 })?.changed);
    const calls = verification.afterKeyIfSoon({ takeAway: call });
    expect(await calls.takeAway()).toBe(true);
    expect(read(database, ({ outbox }) => outbox.get(id))).toBeNull();
    const patch = read(database, ({ drafts }) => drafts.get(id)?.patch);
    expect(patch).toMatchObject({ business_phone: { text: '1' } });
    const retry = { type: 'retry', version: 2, remote: null } as const;
    expect(
      write(database, (tables) => applyEvent(tables, entryId(2), retry, { at: 1 })),
    ).toMatchObject({ changed: false });
  });
});

describe('nothing counts as ours', () => {
  const expectDistrusted = async (folder: string, keychain: FakeKeychain) => {
    const { database } = await launched(folder, keychain);
    expect(state(database)).toEqual(DISTRUSTED);
    database.close();
    expect(state((await launched(folder, keychain)).database)).toEqual(DISTRUSTED);
  };

  test('in a database that was put back, which has an earlier mark', async () => {
    const { folder, keychain } = await filledFolder();
    const mark = "SELECT value FROM setting WHERE name = 'mark'";
    const earlier = withRawDatabase(folder, (db) => db.prepare(mark).get()) as { value: string };
    (await launched(folder, keychain)).database.close();
    withRawDatabase(folder, (db) =>
      db.prepare("UPDATE setting SET value = ? WHERE name = 'mark'").run(earlier.value),
    );
    await expectDistrusted(folder, keychain);
  });

  test('in one without a mark', async () => {
    const { folder, keychain } = await filledFolder();
    withRawDatabase(folder, (db) => db.exec("DELETE FROM setting WHERE name = 'mark'"));
    await expectDistrusted(folder, keychain);
  });

  test('also if the keychain does not let us replace the mark', async () => {
    const { folder, keychain } = await filledFolder();
    withRawDatabase(folder, (db) => db.exec("DELETE FROM setting WHERE name = 'mark'"));
    keychain.writesLeft = 0;
    const { database } = await launched(folder, keychain);
    expect(state(database)).toEqual(DISTRUSTED);
    write(database, ({ outbox }) => outbox.put(change(id, { business_name: 'later' })));
    database.close();
    keychain.writesLeft = Infinity;
    expect(state((await launched(folder, keychain)).database)).toMatchObject({ pending: 1 });
  });

  test('if the key is no longer in the keychain', async () => {
    const { folder, keychain } = await filledFolder();
    keychain.entry = 'none';
    await expectDistrusted(folder, keychain);
  });
});

test('a locked keychain makes everything wait, also for an hour', async () => {
  const { folder, keychain } = await filledFolder();
  keychain.failure = 'keychain.locked';
  const { database, verification, clock, checks } = launch(folder, keychain);
  expect(await verification.ready()).toEqual(failed('keychain.locked'));
  await verification.askOnce();
  clock.advance(3_600_000);
  expect(state(database)).toMatchObject({ pending: COUNT, drafts: 0 });
  expect(read(database, ({ outbox }) => outbox.trust(id))).toBe('unknown');
  expect(checks()).toBe(0);
  keychain.failure = null;
  expect(await verification.ready()).toEqual(success(null));
  expect(state(database)).toEqual(INTACT);
  expect(read(database, ({ outbox }) => outbox.trust(id))).toBe('ours');
});

describe('without a keychain', () => {
  test('the key is random for the run, and the next one makes drafts', async () => {
    const { folder, keychain } = await filledFolder();
    keychain.entry = null;
    withRawDatabase(folder, (db) => db.exec("UPDATE sign_in SET state = 'session-only'"));
    const { database } = await launched(folder, keychain);
    expect(state(database)).toMatchObject({ pending: 0, drafts: COUNT });
    expect(keychain.entry).toBeNull();
    write(database, ({ outbox }) => outbox.put(change(id, { business_name: 'later' })));
    database.close();
    const next = await launched(folder, keychain);
    expect(state(next.database)).toMatchObject({ pending: 0, drafts: COUNT + 1 });
  });

  test('a sign-in whose key is in memory asks for it once, and then makes drafts of what waits', async () => {
    const { folder, keychain } = await filledFolder();
    keychain.failure = 'keychain.unavailable';
    const { database, verification, checks } = launch(folder, keychain);
    expect(await verification.ready()).toEqual(failed('keychain.unavailable'));
    expect(state(database)).toMatchObject({ pending: COUNT, drafts: 0 });
    await Promise.all([verification.askOnce(), verification.askOnce()]);
    // No one can use the others, so they stay as they are.
    expect(state(database)).toEqual({ ...DISTRUSTED, readOnly: [null, null] });
    expect(checks()).toBe(1);
    write(database, ({ outbox }) => outbox.put(change(id, { business_name: 'later' })));
    keychain.failure = null;
    expect(await verification.ready()).toEqual(success(null));
    expect(checks()).toBe(1);
    database.close();
    expect(state((await launched(folder, keychain)).database)).toMatchObject({ pending: 1 });
  });

  test('one failed start of the keychain is not taken for none', async () => {
    const { folder, keychain } = await filledFolder();
    const { folderKey } = keychain;
    keychain.folderKey = () => {
      keychain.folderKey = folderKey;
      return Promise.resolve(failed('keychain.unavailable'));
    };
    const { database, verification, checks } = launch(folder, keychain);
    await Promise.all([verification.askOnce(), verification.askOnce()]);
    expect(checks()).toBe(1);
    expect(state(database)).toEqual(INTACT);
  });

  test('the key of the run becomes that of the folder if there should be one, as a sign-in is stored', async () => {
    const { folder, keychain } = await filledFolder();
    keychain.entry = null;
    const { database } = await launched(folder, keychain);
    expect(state(database)).toEqual(DISTRUSTED);
    write(database, ({ outbox }) => outbox.put(change(id, { business_name: 'later' })));
    database.close();
    expect(state((await launched(folder, keychain)).database)).toMatchObject({ pending: 1 });
  });

  test('the key of the run becomes that of the folder, before the first sign-in is stored', async () => {
    const folder = temporaryFolder();
    const keychain = new FakeKeychain();
    keychain.entry = null;
    const { database, macs, verification } = await launched(folder, keychain);
    fill(database);
    expect(await verification.stored()).toEqual(success(null));
    expect(await verification.stored()).toEqual(success(null));
    expect(keychain.entry).toMatchObject({ key: macs.own });
    expect(keychain.marks).toHaveLength(1);
    database.close();
    expect(state((await launched(folder, keychain)).database)).toEqual(INTACT);
  });

  test('a key that cannot be stored is none', async () => {
    const keychain = new FakeKeychain();
    keychain.writesLeft = 0;
    const { verification } = launch(temporaryFolder(), keychain);
    expect(await verification.ready()).toEqual(failed('keychain.locked'));
    expect(await verification.stored()).toEqual(failed('keychain.locked'));
  });
});

describe('once everything is removed, no key is stored', () => {
  test('by a check that begins then', async () => {
    const { folder, keychain } = await filledFolder();
    const { verification } = launch(folder, keychain);
    expect(await verification.deleteKey()).toEqual(success(null));
    expect(await verification.ready()).toEqual(failed('app.stopping'));
    expect(await verification.stored()).toEqual(failed('app.stopping'));
    expect(keychain.entry).toBe('none');
  });

  test('by a check that has read the key before', async () => {
    const { folder, keychain } = await filledFolder();
    const found = keychain.entry;
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    keychain.folderKey = () => answered.then(() => success(found));
    const { verification } = launch(folder, keychain);
    const ready = verification.ready();
    await verification.deleteKey();
    answer();
    await ready;
    expect(keychain.entry).toBe('none');
  });

  test('but if the keychain refuses to delete it, the app goes on', async () => {
    const { folder, keychain } = await filledFolder();
    const { verification } = launch(folder, keychain);
    keychain.failure = 'keychain.locked';
    expect(await verification.deleteKey()).toEqual(failed('keychain.locked'));
    keychain.failure = null;
    keychain.marks.length = 0;
    expect(await verification.ready()).toEqual(success(null));
    expect(keychain.marks).toHaveLength(2);
  });
});

test('two data folders on one keyring do not know each other', async () => {
  const keyring = new MemoryKeyring();
  const ids = ['a', 'b'].map((one) => success(one.repeat(16)));
  const [first, second] = ids.map((own) =>
    keychainOn(keyring, { indexId: { ...indexId, read: () => own, create: () => own } }),
  );
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  for (const [folder, keychain] of [
    [one, first!],
    [two, second!],
  ] as const) {
    const { database, verification } = launch(folder, keychain);
    expect(await verification.ready()).toEqual(success(null));
    fill(database);
    database.close();
  }
  expect([...keyring.entries.keys()]).toEqual(['mac:aaaaaaaaaaaaaaaa', 'mac:bbbbbbbbbbbbbbbb']);
  const again = launch(one, first!);
  await again.verification.ready();
  expect(state(again.database)).toEqual(INTACT);
  expect(await second!.deleteFolderKey()).toEqual(success(null));
  expect([...keyring.entries.keys()]).toEqual(['mac:aaaaaaaaaaaaaaaa']);
});

test('a change that is not ours becomes drafts of what its page shows, and typed texts stay', async () => {
  const { folder, keychain } = await filledFolder();
  const first = await launched(folder, keychain);
  write(first.database, ({ outbox, drafts }) => {
    const texts = { business_name: 'sent', business_phone: 'sent' };
    const attempted = { business_name: 'tried' };
    outbox.put(change(id, texts, { version: 99, attempted, state: 'refused' }));
    drafts.put(
      draftOf(id, { business_phone: 'typed' }, { ...profile(''), business_phone: 'sent' }),
    );
  });
  first.database.close();
  withRawDatabase(folder, (db) =>
    db.exec(`UPDATE pending_field SET text = replace(text, 'sent', 'planted')`),
  );
  const { database } = await launched(folder, keychain);
  read(database, ({ outbox, drafts, abandoned, revisions }) => {
    expect(outbox.get(id)).toBeNull();
    expect(abandoned.get(id)).toEqual({});
    expect(drafts.get(id)?.patch).toEqual({
      business_name: { base: 'saved business_name', text: 'planted' },
      business_phone: { base: 'saved business_phone', text: 'typed' },
    });
    expect(
      drafts
        .summariesOf([id])
        .get(id)
        ?.map(({ origin }) => origin),
    ).toEqual([RECOVERED, null]);
    expect(revisions.rows(id, null, 1)).toMatchObject([
      { kind: 'discarded', texts: { business_phone: 'planted' } },
    ]);
    expect(outbox.get(entryId(3))).not.toBeNull();
  });
});

test('a sign-in that was given to another organization sends nothing', async () => {
  const { folder, keychain } = await filledFolder();
  withRawDatabase(folder, (db) =>
    db.exec(`UPDATE organization SET sign_in_id = '${signInId(2)}' WHERE id = '${id}'`),
  );
  expect(state((await launched(folder, keychain)).database)).toMatchObject({ drafts: 1 });
});

describe('calls of the window', () => {
  const call = () => success('done');

  test('that decide wait 2 s for the key, and say why it is not there', async () => {
    const { folder, keychain } = await filledFolder();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const { folderKey } = keychain;
    keychain.folderKey = () => answered.then(folderKey);
    const { verification, clock } = launch(folder, keychain);
    const { decide } = verification.afterKey({ decide: call });
    const { save } = verification.withKeyIfSoon({ save: call });
    const late = [decide(), save()];
    await eventLoopTurns();
    clock.advance(2_000);
    expect(await Promise.all(late)).toEqual([failed('change.needs-keychain'), success('done')]);
    const soon = [decide(), save()];
    await eventLoopTurns();
    answer();
    expect(await Promise.all(soon)).toEqual([success('done'), success('done')]);
    expect(decide()).toEqual(success('done'));
  });

  test('that decide do not wait where this run stored what they are about', async () => {
    const { folder, keychain } = await filledFolder();
    keychain.failure = 'keychain.locked';
    const { database, verification } = launch(folder, keychain);
    const own = entryId(COUNT + 1);
    write(database, (tables) => {
      addOrganization(tables, COUNT + 1);
      tables.outbox.put(change(own, { business_phone: '1' }));
      const save = { at: 1, stage: 'sending', paused: false } as const;
      tables.saves.add({ id: 'own', ...save, fields: [] });
    });
    const { decide } = verification.afterKey({ decide: (_request: object) => success('done') });
    const locked = failed('change.needs-keychain');
    expect(await decide({ entryId: own })).toEqual(success('done'));
    expect(await decide({ saveId: 'own' })).toEqual(success('done'));
    expect(await decide({ decisions: [{ entryId: own }] })).toEqual(success('done'));
    expect(await decide({ entryId: id })).toEqual(locked);
    expect(await decide({ saveId: 'save' })).toEqual(locked);
    expect(await decide({ decisions: [{ entryId: own }, { entryId: id }] })).toEqual(locked);
  });

  test('wait no longer when the app quits', async () => {
    const keychain = new FakeKeychain();
    keychain.folderKey = () => new Promise(() => undefined);
    const { verification, clock } = launch(temporaryFolder(), keychain);
    const { save } = verification.withKeyIfSoon({ save: call });
    const saved = save();
    verification.hurry();
    expect(await saved).toEqual(success('done'));
    // The app may go on after all.
    let isDone = false;
    const later = Promise.resolve(save()).then(() => (isDone = true));
    await eventLoopTurns();
    expect(isDone).toBe(false);
    clock.advance(2_000);
    expect(await later).toBe(true);
  });

  test('that save do not wait for a keychain that has refused it', async () => {
    const keychain = new FakeKeychain();
    keychain.failure = 'keychain.locked';
    const { verification } = launch(temporaryFolder(), keychain);
    const { decide } = verification.afterKey({ decide: call });
    const { save } = verification.withKeyIfSoon({ save: call });
    expect(await decide()).toEqual(failed('change.needs-keychain'));
    expect(await save()).toEqual(success('done'));
    keychain.failure = null;
    expect(await decide()).toEqual(success('done'));
  });
});
