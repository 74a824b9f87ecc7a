/**
 * A database that was changed while the app was closed: nothing in it is sent without the person, and nothing in it
 * runs.
 */
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { OrganizationState, Standin } from '../../standin';
import { expect, test } from '../support/fixtures';
import { removeMacKeys } from '../support/keychain';
import type { RunningApp } from '../support/start';

const WHAT_TO_DO = 'Choose “Edit again”, check every field, and save.';
const ALTERED = `This change was altered outside Letterhead. ${WHAT_TO_DO}`;
const UNCHECKED = `Letterhead can no longer tell whether this change is still what you saved. ${WHAT_TO_DO}`;
const PHONE = '+44 20 7946 0101';
const EVIL = '+44 20 7946 0666';

const pathIn = (userData: string): string => join(userData, 'letterhead.db');

/** Changes the database of a closed app. */
function alter(userData: string, work: (db: InstanceType<typeof DatabaseSync>) => void): void {
  const db = new DatabaseSync(pathIn(userData));
  work(db);
  db.close();
}

const writes = (standin: Standin): unknown[] =>
  standin.requests.filter(({ method }) => method === 'PUT');

/** Adds an organization, and saves a change of it without a network. Then the app is closed, and the network is back. */
async function leaveWaiting(
  launch: () => Promise<RunningApp>,
  standin: Standin,
): Promise<OrganizationState> {
  // A copy, because the stand-in changes its own.
  const [first] = structuredClone([...standin.organizations.values()]);
  const { letterhead, close } = await launch();
  await letterhead.setUpOne(first!);
  await standin.goOffline();
  await letterhead.saveField('business_phone', PHONE);
  await letterhead.expectWaiting();
  await close();
  await standin.goOnline();
  return first!;
}

/** Launches the app and expects that the change waits for the person, with this sentence, and is not sent. */
async function expectRefused(
  launch: () => Promise<RunningApp>,
  standin: Standin,
  { name }: OrganizationState,
  sentence = ALTERED,
): Promise<RunningApp> {
  const running = await launch();
  await running.letterhead.open(name);
  await expect(running.letterhead.status).toContainText(sentence);
  await expect(running.letterhead.status).toContainText('Not saved');
  await expect(running.letterhead.button('Try again now')).toHaveCount(0);
  expect(writes(standin)).toEqual([]);
  return running;
}

/** Saves a refused change again after a look at its field. `theirs`: the text that the review says is replaced. */
async function saveAgain({ letterhead }: RunningApp, theirs: string): Promise<void> {
  await letterhead.button('Edit again').click();
  const dialog = await letterhead.review();
  await expect(dialog).toContainText(theirs);
  await dialog.getByRole('button', { name: letterhead.messages.review_save() }).click();
}

test('a change that is intact is sent by the next launch', async ({ launch, standin }) => {
  const { id } = await leaveWaiting(launch, standin);
  await launch();
  await expect.poll(() => standin.profileOf(id)?.business_phone).toBe(PHONE);
});

test('a planted change is not sent, and can be discarded', async ({
  launch,
  standin,
  userData,
}) => {
  const organization = await leaveWaiting(launch, standin);
  alter(userData, (db) => {
    const plant = `INSERT INTO outbox SELECT entry_id, version, replace(patch, '0101', '0666'), NULL, attempted, NULL,
      'queued', NULL, submitted_at, 0, NULL, sign_in_id, NULL, NULL, NULL FROM outbox WHERE true
      ON CONFLICT (entry_id) DO UPDATE SET patch = excluded.patch, mac = NULL`;
    db.exec(plant);
  });
  const { letterhead } = await expectRefused(launch, standin, organization);
  await expect(letterhead.field('business_phone')).toHaveValue(EVIL);
  await letterhead.button('Discard waiting change').click();
  const question = letterhead.dialog('Discard waiting change');
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(letterhead.field('business_phone')).toHaveValue(
    organization.profile!.business_phone,
  );
  expect(writes(standin)).toEqual([]);
});

test('after a look at every field, an altered change can be saved', async ({
  launch,
  standin,
  userData,
}) => {
  const organization = await leaveWaiting(launch, standin);
  alter(userData, (db) => db.exec(`UPDATE outbox SET patch = replace(patch, '0101', '0100')`));
  const running = await expectRefused(launch, standin, organization);
  await saveAgain(running, organization.profile!.business_phone);
  await running.letterhead.expectSaved();
  expect(standin.profileOf(organization.id)?.business_phone).toBe('+44 20 7946 0100');
});

test('a text that the database calls ours does not hide the text of someone else', async ({
  launch,
  standin,
  userData,
}) => {
  const organization = await leaveWaiting(launch, standin);
  const theirs = '+44 20 7946 0999';
  standin.setProfile(organization.id, { business_phone: theirs });
  alter(userData, (db) => {
    db.prepare(`UPDATE outbox SET attempted = json_object('business_phone', ?)`).run(theirs);
  });
  const { letterhead } = await expectRefused(launch, standin, organization);
  // The text of someone else is the one that the review shows.
  await letterhead.button('Edit again').click();
  const dialog = await letterhead.review();
  await expect(dialog).toContainText(theirs);
  expect(standin.profileOf(organization.id)?.business_phone).toBe(theirs);
  expect(writes(standin)).toEqual([]);
});

test('a text that the database calls ours through another entry does not hide the text of someone else', async ({
  launch,
  standin,
  userData,
}) => {
  const [first, other] = structuredClone([...standin.accounts.values()]);
  const theirs = '+44 20 7946 0999';
  const { letterhead, close } = await launch();
  await letterhead.setUpAccounts([first!.name, other!.name]);
  await letterhead.open(first!.name);
  await expect(letterhead.field('business_name')).not.toHaveValue('');
  await standin.goOffline();
  await letterhead.saveField('business_phone', PHONE);
  await letterhead.expectWaiting();
  await close();
  await standin.goOnline();
  // Both accounts show the same record.
  standin.setProfile(first!.id, { business_phone: theirs });
  alter(userData, (db) => {
    db.prepare(
      `INSERT INTO own_write (record_id, entry_id, field, text, version, submitted_at, at)
       VALUES (?, ?, 'business_phone', json_quote(?), 0, 1, ?)`,
    ).run(other!.managedBy!.parentOrgId, other!.id, theirs, Date.now());
  });
  const again = await launch();
  await again.letterhead.open(first!.name);
  await expect(again.letterhead.status).toContainText('your decision is needed');
  expect(writes(standin)).toEqual([]);
  expect(standin.profileOf(other!.id)?.business_phone).toBe(theirs);
});

test('a change whose sign-in was replaced is not sent', async ({ launch, standin, userData }) => {
  const organization = await leaveWaiting(launch, standin);
  alter(userData, (db) => {
    db.exec(`INSERT INTO sign_in (id, kind, label, email, state)
      SELECT 'eeeeeeeeeeeeeeee', kind, label, email, state FROM sign_in; UPDATE sign_in SET email = '"evil@brightwater.example"'`);
  });
  await expectRefused(launch, standin, organization);
});

test('a copy of the database from an earlier launch is not sent', async ({
  launch,
  standin,
  userData,
}) => {
  const organization = await leaveWaiting(launch, standin);
  copyFileSync(pathIn(userData), join(userData, 'copy'));
  const { letterhead, close } = await launch();
  await letterhead.open(organization.name);
  await letterhead.expectSaved();
  await close();
  standin.setProfile(organization.id, { business_phone: organization.profile!.business_phone });
  standin.requests.length = 0;
  for (const name of readdirSync(userData).filter((one) => one.startsWith('letterhead.db'))) {
    rmSync(join(userData, name));
  }
  copyFileSync(join(userData, 'copy'), pathIn(userData));
  await expectRefused(launch, standin, organization, UNCHECKED);
});

test('without the key in the keychain, no one can tell whether a change is intact', async ({
  launch,
  standin,
  keyring,
}) => {
  const organization = await leaveWaiting(launch, standin);
  removeMacKeys(keyring);
  const running = await expectRefused(launch, standin, organization, UNCHECKED);
  await saveAgain(running, organization.profile!.business_phone);
  await running.letterhead.expectSaved();
});

test('a planted bulk job is not applied', async ({ launch, standin, userData }) => {
  const organization = await leaveWaiting(launch, standin);
  const plan = { business_phone: { text: EVIL, seen: organization.profile!.business_phone } };
  alter(userData, (db) => {
    db.exec('DELETE FROM outbox');
    db.exec(`INSERT INTO bulk_job (id, kind, at, fields, stage, paused, dismissed)
      VALUES ('evil', 'change', 1, '["business_phone"]', 'applying', 0, 0)`);
    db.prepare(
      `INSERT INTO bulk_item (job_id, entry_id, plan, ends) VALUES ('evil', ?, ?, '{"business_phone":null}')`,
    ).run(organization.id, JSON.stringify(plan));
  });
  const { page, letterhead } = await launch();
  await letterhead.open(organization.name);
  await expect(page.getByText('0 of 1').or(page.getByText('1 not saved')).first()).toBeVisible();
  expect(writes(standin)).toEqual([]);
});

/** What someone else may put into a database; each kind alone is in test/unit/database/faults.test.ts. */
const FOREIGN = `CREATE TRIGGER evil AFTER INSERT ON outbox BEGIN
    UPDATE outbox SET patch = replace(patch, '0101', '0666'); END;
  CREATE VIEW evil_view AS SELECT * FROM outbox;
  CREATE TABLE evil_table (text TEXT)`;

test('a database with a trigger, a view and a table of someone else is set aside', async ({
  launch,
  standin,
  userData,
}) => {
  const organization = await leaveWaiting(launch, standin);
  alter(userData, (db) => db.exec(FOREIGN));
  const { page, letterhead } = await launch();
  await expect(page.getByText('set it aside and started afresh')).toBeVisible();
  await letterhead.button('Recover readable data').click();
  await letterhead.open(organization.name);
  // What waited is a draft now, which only a review can send.
  await expect(letterhead.field('business_phone')).toHaveValue(PHONE);
  await letterhead.expectText(letterhead.messages.organization_changes_saved({ count: 1 }));
  expect(writes(standin)).toEqual([]);
});
