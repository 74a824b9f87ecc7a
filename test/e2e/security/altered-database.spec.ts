/**
 * A database that was changed while the app was closed: nothing in it is sent without the person, and nothing in it
 * runs.
 */
import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { openDatabase } from '../../../src/main/database';
import type { Tables } from '../../../src/main/database/tables';
import type { FieldName } from '../../../src/shared/profile';
import type { OrganizationState, Standin } from '../../standin';
import { expect, test } from '../support/fixtures';
import { removeMacKeys } from '../support/keychain';
import { seedMacs } from '../support/seed-user-data';
import type { RunningApp } from '../support/start';

const PHONE = '+44 20 7946 0101';
const EVIL = '+44 20 7946 0666';

const pathIn = (userData: string): string => join(userData, 'letterhead.db');

const backupOf = (userData: string): string => `${userData}-backup`;

/** Changes the database of a closed app. */
function alter(userData: string, work: (db: InstanceType<typeof DatabaseSync>) => void): void {
  const db = new DatabaseSync(pathIn(userData));
  work(db);
  db.close();
}

test.use({ standinOptions: { organizations: 6 } });

test.afterEach(({ userData }) => rmSync(backupOf(userData), { recursive: true, force: true }));

const writes = (standin: Standin, { id }: OrganizationState): unknown[] =>
  standin.requests.filter(({ method, path }) => method === 'PUT' && path.includes(id));

/**
 * Adds organizations, and saves a change of the first `count` without a network. Then the app is closed, and the network is
 * back. Returns them.
 */
async function leaveWaiting(
  launch: () => Promise<RunningApp>,
  standin: Standin,
  count = 1,
  unchanged = 0,
): Promise<OrganizationState[]> {
  // A copy, because the stand-in changes its own.
  const chosen = structuredClone([...standin.organizations.values()].slice(0, count + unchanged));
  const { letterhead, close } = await launch();
  await letterhead.setUp(chosen.map(({ name }) => name));
  await letterhead.waitUntilFetched();
  await standin.goOffline();
  for (const organization of chosen.slice(0, count)) {
    await letterhead.openProfile(organization);
    await letterhead.saveField('business_phone', PHONE);
    await letterhead.expectWaiting();
  }
  await close();
  await standin.goOnline();
  return chosen;
}

/** Expects that the change is a draft, which is not sent. */
async function expectDraft(
  { letterhead }: RunningApp,
  standin: Standin,
  organization: OrganizationState,
  text = PHONE,
): Promise<void> {
  await letterhead.open(organization.name);
  await expect(letterhead.field('business_phone')).toHaveValue(text);
  await letterhead.expectText(letterhead.messages.organization_changes_saved({ count: 1 }));
  expect(writes(standin, organization)).toEqual([]);
}

/** Expects that *Changes* lists these organizations to be looked at, without a tick. */
async function expectToBeLookedAt(
  { page }: RunningApp,
  ...organizations: OrganizationState[]
): Promise<void> {
  await page.getByRole('radio', { name: 'Changes' }).check();
  await expect(
    page.getByRole('checkbox', { name: 'From earlier – please review' }),
  ).not.toBeChecked();
  for (const { name } of organizations) {
    await expect(page.getByRole('checkbox', { name })).not.toBeChecked();
  }
  await page.getByRole('radio', { name: 'All' }).check();
}

/** Lets the only sign-in write again, in Settings. */
async function allowWrites({ page, letterhead }: RunningApp): Promise<void> {
  await letterhead.openSettings('Sign-ins');
  const box = page.getByRole('checkbox', { name: 'Read-only' });
  await expect(box).toBeChecked();
  await box.uncheck();
  await expect(box).not.toBeChecked();
}

/** Adds a change to a database: a copy of another organization's, with its MAC or none. */
function addChange(
  db: InstanceType<typeof DatabaseSync>,
  { id }: OrganizationState,
  from: OrganizationState,
  mac: 'mac' | 'NULL',
): void {
  db.prepare(
    `INSERT INTO outbox SELECT ?, version, attempted, remote, state, failure, submitted_at, attempts,
       next_try_at, sign_in_id, save_id, ${mac} FROM outbox WHERE entry_id = ?`,
  ).run(id, from.id);
  db.prepare(
    `INSERT INTO pending_field SELECT ?, field, base, text, save_id FROM pending_field WHERE entry_id = ?`,
  ).run(id, from.id);
}

test('changes that wait when the database is altered', async ({ launch, standin, userData }) => {
  const [intact, planted, altered, hidden, added, copied] = await leaveWaiting(
    launch,
    standin,
    4,
    2,
  );
  const theirs = '+44 20 7946 0999';
  standin.setProfile(hidden!.id, { business_phone: theirs });
  alter(userData, (db) => {
    const setText = db.prepare(
      `UPDATE pending_field SET text = replace(text, '0101', ?) WHERE entry_id = ?`,
    );
    setText.run('0666', planted!.id);
    db.prepare('UPDATE outbox SET mac = NULL WHERE entry_id = ?').run(planted!.id);
    setText.run('0100', altered!.id);
    db.prepare(
      `UPDATE outbox SET attempted = json_object('business_phone', ?) WHERE entry_id = ?`,
    ).run(theirs, hidden!.id);
    addChange(db, added!, intact!, 'NULL');
    addChange(db, copied!, intact!, 'mac');
  });
  const running = await launch();
  const { letterhead } = running;

  await test.step('a change that is intact is sent by the next launch', async () => {
    await expect.poll(() => standin.profileOf(intact!.id)?.business_phone).toBe(PHONE);
  });

  await test.step('they are in Changes, without a tick', async () => {
    await expectToBeLookedAt(running, planted!, altered!, hidden!, added!, copied!);
  });

  await test.step('a planted change is not sent, and can be discarded', async () => {
    await expectDraft(running, standin, planted!, EVIL);
    await letterhead.button('Discard changes').click();
    await expect(letterhead.field('business_phone')).toHaveValue(planted!.profile!.business_phone);
    expect(writes(standin, planted!)).toEqual([]);
  });

  await test.step('an added change is not sent, without a MAC or with that of another', async () => {
    for (const one of [added!, copied!]) await expectDraft(running, standin, one);
  });

  await test.step('after a look at it, an altered change can be saved', async () => {
    const text = '+44 20 7946 0100';
    await expectDraft(running, standin, altered!, text);
    const dialog = await letterhead.review();
    await expect(dialog).toContainText(altered!.profile!.business_phone);
    await dialog.getByRole('button', { name: letterhead.messages.review_save() }).click();
    await letterhead.expectSaved();
    expect(standin.profileOf(altered!.id)?.business_phone).toBe(text);
  });

  await test.step('a text that the database calls ours does not hide the text of someone else', async () => {
    await expectDraft(running, standin, hidden!);
    await letterhead.save('your decision is needed');
    expect(standin.profileOf(hidden!.id)?.business_phone).toBe(theirs);
    expect(writes(standin, hidden!)).toEqual([]);
  });
});

test('a change whose sign-in was replaced is not sent, nor does a planted sign-in write', async ({
  launch,
  standin,
  userData,
}) => {
  const [organization] = await leaveWaiting(launch, standin);
  alter(userData, (db) => {
    db.exec(`INSERT INTO sign_in (id, kind, label, email, state)
      SELECT 'eeeeeeeeeeeeeeee', kind, '"Planted"', email, state FROM sign_in;
      UPDATE organization SET sign_in_id = 'eeeeeeeeeeeeeeee'`);
  });
  const { letterhead } = await launch();
  await letterhead.open(organization!.name);
  await letterhead.expectText('Read-only: texts cannot be changed here.');
  await letterhead.expectText(letterhead.messages.organization_read_only_draft({ count: 1 }));
  expect(writes(standin, organization!)).toEqual([]);
});

test('an altered database makes no sign-in write that the person made read-only', async ({
  launch,
  standin,
  userData,
}) => {
  const [organization] = structuredClone([...standin.organizations.values()]);
  const before = await launch();
  await before.letterhead.setUpOne(organization!);
  await before.letterhead.openSettings('Sign-ins');
  const box = before.page.getByRole('checkbox', { name: 'Read-only' });
  await box.check();
  await expect(box).toBeChecked();
  await before.close();
  alter(userData, (db) => db.exec('UPDATE sign_in SET read_only = NULL'));
  const running = await launch();
  await running.letterhead.open(organization!.name);
  await running.letterhead.expectText('Read-only: texts cannot be changed here.');
  await allowWrites(running);
  await running.letterhead.button('Back').click();
  await running.letterhead.saveField('business_phone', PHONE);
  await running.letterhead.expectSaved();
});

test('a restored data folder sends nothing by itself', async ({ launch, standin, userData }) => {
  const [organization] = await leaveWaiting(launch, standin);
  const backup = backupOf(userData);
  cpSync(userData, backup, { recursive: true });
  const { letterhead, close } = await launch();
  await letterhead.open(organization!.name);
  await letterhead.expectSaved();
  await close();
  standin.setProfile(organization!.id, { business_phone: organization!.profile!.business_phone });
  standin.requests.length = 0;
  for (const name of readdirSync(userData)) rmSync(join(userData, name), { recursive: true });
  for (const name of readdirSync(backup)) renameSync(join(backup, name), join(userData, name));
  const restored = await launch();
  await restored.letterhead.open(organization!.name);
  await restored.letterhead.expectText(
    restored.letterhead.messages.organization_read_only_draft({ count: 1 }),
  );
  await allowWrites(restored);
  await restored.letterhead.button('Back').click();
  await expectDraft(restored, standin, organization!);
  await expectToBeLookedAt(restored, organization!);
  expect(writes(standin, organization!)).toEqual([]);
  await restored.letterhead.open(organization!.name);
  await restored.letterhead.save();
  await restored.letterhead.expectSaved();
});

test('without the key in the keychain, what waits becomes drafts', async ({
  launch,
  standin,
  keyring,
}) => {
  const [organization] = await leaveWaiting(launch, standin);
  removeMacKeys(keyring);
  const running = await launch();
  await allowWrites(running);
  await running.letterhead.button('Back').click();
  await expectDraft(running, standin, organization!);
  await running.letterhead.save();
  await running.letterhead.expectSaved();
});

/** Adds a change of the phone number to a seeded database, of a paused save with this id or of none. */
function addWaiting({ outbox, saves }: Tables, { id, profile }: OrganizationState, save?: string) {
  const at = Date.now();
  const fields: FieldName[] = ['business_phone'];
  const edit = { base: profile!.business_phone, text: PHONE, ...(save && { save }) };
  if (save) {
    saves.add({ id: save, at, fields, stage: 'sending', paused: true });
    saves.addSubmitted(save, id, fields);
  }
  outbox.put({
    ...{ entryId: id, version: 1, patch: { business_phone: edit }, attempted: {}, remote: null },
    ...{ state: 'queued', failure: null, submittedAt: at, attempts: 0, nextTryAt: null },
    saveId: save ?? null,
  });
}

test('a paused save sends nothing when someone lifts its pause, or deletes it', async ({
  launch,
  seed,
  standin,
  userData,
}) => {
  const [intact, paused, deleted] = structuredClone([...standin.organizations.values()]);
  seed(intact!, paused!, deleted!);
  const opened = openDatabase(userData, { now: Date.now, macs: seedMacs() });
  if (!opened.ok) throw new Error(opened.failure.code);
  const { database } = opened.value;
  const written = database.write((tables) => {
    addWaiting(tables, intact!);
    addWaiting(tables, paused!, 'paused');
    addWaiting(tables, deleted!, 'deleted');
  });
  expect(written.ok).toBe(true);
  database.close();
  alter(userData, (db) => {
    db.exec(`UPDATE save SET paused = 0 WHERE id = 'paused';
      DELETE FROM save_item WHERE save_id = 'deleted';
      DELETE FROM save WHERE id = 'deleted'`);
  });
  const running = await launch();
  await expect.poll(() => standin.profileOf(intact!.id)?.business_phone).toBe(PHONE);
  await expectToBeLookedAt(running, deleted!);
  const line = running.letterhead.button('Saving paused');
  await expect(line).toHaveAttribute('title', /^0 of 1 saved\./);
  expect([paused!, deleted!].flatMap((one) => writes(standin, one))).toEqual([]);
  await line.click();
  await running.letterhead.button('Resume').click();
  await expect.poll(() => standin.profileOf(paused!.id)?.business_phone).toBe(PHONE);
  expect(writes(standin, deleted!)).toEqual([]);
});

/** What someone else may put into a database; each kind alone is in test/unit/database/faults.test.ts. */
const FOREIGN = `CREATE TRIGGER evil AFTER INSERT ON pending_field BEGIN
    UPDATE pending_field SET text = replace(text, '0101', '0666'); END;
  CREATE VIEW evil_view AS SELECT * FROM outbox;
  CREATE TABLE evil_table (text TEXT)`;

test('a database with a trigger, a view and a table of someone else is set aside', async ({
  launch,
  standin,
  userData,
}) => {
  const [organization] = await leaveWaiting(launch, standin);
  alter(userData, (db) => db.exec(FOREIGN));
  const { page, letterhead } = await launch();
  await expect(page.getByText('set it aside and started afresh')).toBeVisible();
  await letterhead.button('Recover readable data').click();
  await letterhead.open(organization!.name);
  // What waited is a draft now, which only a review can send.
  await expect(letterhead.field('business_phone')).toHaveValue(PHONE);
  await letterhead.expectText(letterhead.messages.organization_read_only_chosen());
  expect(writes(standin, organization!)).toEqual([]);
});
