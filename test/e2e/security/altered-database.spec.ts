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

const writes = (standin: Standin, { id }: OrganizationState): unknown[] =>
  standin.requests.filter(({ method, path }) => method === 'PUT' && path.includes(id));

/**
 * Adds organizations, and saves a change of each without a network. Then the app is closed, and the network is back.
 * Returns them.
 */
async function leaveWaiting(
  launch: () => Promise<RunningApp>,
  standin: Standin,
  count = 1,
): Promise<OrganizationState[]> {
  // A copy, because the stand-in changes its own.
  const chosen = structuredClone([...standin.organizations.values()].slice(0, count));
  const { letterhead, close } = await launch();
  await letterhead.setUp(chosen.map(({ name }) => name));
  await letterhead.waitUntilFetched();
  await standin.goOffline();
  for (const organization of chosen) {
    await letterhead.openProfile(organization);
    await letterhead.saveField('business_phone', PHONE);
    await letterhead.expectWaiting();
  }
  await close();
  await standin.goOnline();
  return chosen;
}

/** Expects that the change waits for the person, with this sentence, and is not sent. */
async function expectRefused(
  { letterhead }: RunningApp,
  standin: Standin,
  organization: OrganizationState,
  sentence = ALTERED,
): Promise<void> {
  await letterhead.open(organization.name);
  await expect(letterhead.status).toContainText(sentence);
  await expect(letterhead.status).toContainText('Not saved');
  await expect(letterhead.button('Try again now')).toHaveCount(0);
  expect(writes(standin, organization)).toEqual([]);
}

/** Saves a refused change again after a look at its field. `theirs`: the text that the review says is replaced. */
async function saveAgain({ letterhead }: RunningApp, theirs: string): Promise<void> {
  await letterhead.button('Edit again').click();
  const dialog = await letterhead.review();
  await expect(dialog).toContainText(theirs);
  await dialog.getByRole('button', { name: letterhead.messages.review_save() }).click();
}

test('changes that wait when the database is altered', async ({ launch, standin, userData }) => {
  const [intact, planted, altered, hidden] = await leaveWaiting(launch, standin, 4);
  const theirs = '+44 20 7946 0999';
  standin.setProfile(hidden!.id, { business_phone: theirs });
  alter(userData, (db) => {
    const plant = `INSERT INTO outbox SELECT entry_id, version, replace(patch, '0101', '0666'), NULL, attempted, NULL,
      'queued', NULL, submitted_at, 0, NULL, sign_in_id, NULL, NULL, NULL FROM outbox WHERE entry_id = ?
      ON CONFLICT (entry_id) DO UPDATE SET patch = excluded.patch, mac = NULL`;
    db.prepare(plant).run(planted!.id);
    db.prepare(`UPDATE outbox SET patch = replace(patch, '0101', '0100') WHERE entry_id = ?`).run(
      altered!.id,
    );
    db.prepare(
      `UPDATE outbox SET attempted = json_object('business_phone', ?) WHERE entry_id = ?`,
    ).run(theirs, hidden!.id);
  });
  const running = await launch();
  const { letterhead } = running;

  await test.step('a change that is intact is sent by the next launch', async () => {
    await expect.poll(() => standin.profileOf(intact!.id)?.business_phone).toBe(PHONE);
  });

  await test.step('a planted change is not sent, and can be discarded', async () => {
    await expectRefused(running, standin, planted!);
    await expect(letterhead.field('business_phone')).toHaveValue(EVIL);
    await letterhead.button('Discard waiting change').click();
    const question = letterhead.dialog('Discard waiting change');
    await question.getByRole('button', { name: 'Discard' }).click();
    await expect(letterhead.field('business_phone')).toHaveValue(planted!.profile!.business_phone);
    expect(writes(standin, planted!)).toEqual([]);
  });

  await test.step('after a look at every field, an altered change can be saved', async () => {
    await expectRefused(running, standin, altered!);
    await saveAgain(running, altered!.profile!.business_phone);
    await letterhead.expectSaved();
    expect(standin.profileOf(altered!.id)?.business_phone).toBe('+44 20 7946 0100');
  });

  await test.step('a text that the database calls ours does not hide the text of someone else', async () => {
    await expectRefused(running, standin, hidden!);
    // The text of someone else is the one that the review shows.
    await letterhead.button('Edit again').click();
    const dialog = await letterhead.review();
    await expect(dialog).toContainText(theirs);
    expect(standin.profileOf(hidden!.id)?.business_phone).toBe(theirs);
    expect(writes(standin, hidden!)).toEqual([]);
  });
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
  expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  expect(standin.profileOf(other!.id)?.business_phone).toBe(theirs);
});

test('a change whose sign-in was replaced is not sent', async ({ launch, standin, userData }) => {
  const [organization] = await leaveWaiting(launch, standin);
  alter(userData, (db) => {
    db.exec(`INSERT INTO sign_in (id, kind, label, email, state)
      SELECT 'eeeeeeeeeeeeeeee', kind, label, email, state FROM sign_in; UPDATE sign_in SET email = '"evil@brightwater.example"'`);
  });
  await expectRefused(await launch(), standin, organization!);
});

test('a copy of the database from an earlier launch is not sent', async ({
  launch,
  standin,
  userData,
}) => {
  const [organization] = await leaveWaiting(launch, standin);
  copyFileSync(pathIn(userData), join(userData, 'copy'));
  const { letterhead, close } = await launch();
  await letterhead.open(organization!.name);
  await letterhead.expectSaved();
  await close();
  standin.setProfile(organization!.id, { business_phone: organization!.profile!.business_phone });
  standin.requests.length = 0;
  for (const name of readdirSync(userData).filter((one) => one.startsWith('letterhead.db'))) {
    rmSync(join(userData, name));
  }
  copyFileSync(join(userData, 'copy'), pathIn(userData));
  await expectRefused(await launch(), standin, organization!, UNCHECKED);
});

test('without the key in the keychain, no one can tell whether a change is intact', async ({
  launch,
  standin,
  keyring,
}) => {
  const [organization] = await leaveWaiting(launch, standin);
  removeMacKeys(keyring);
  const running = await launch();
  await expectRefused(running, standin, organization!, UNCHECKED);
  await saveAgain(running, organization!.profile!.business_phone);
  await running.letterhead.expectSaved();
});

test('a planted save is not applied', async ({ launch, standin, userData }) => {
  const [organization] = await leaveWaiting(launch, standin);
  const plan = { business_phone: { text: EVIL, seen: organization!.profile!.business_phone } };
  alter(userData, (db) => {
    db.exec('DELETE FROM outbox');
    db.exec(`INSERT INTO save (id, kind, at, fields, stage, paused, intended, closed)
      VALUES ('evil', 'change', 1, '["business_phone"]', 'applying', 0, 0, 0)`);
    db.prepare(
      `INSERT INTO save_item (save_id, entry_id, plan, ends) VALUES ('evil', ?, ?, '{"business_phone":null}')`,
    ).run(organization!.id, JSON.stringify(plan));
  });
  const { page, letterhead } = await launch();
  await letterhead.open(organization!.name);
  await expect(page.getByText('0 of 1').or(page.getByText('1 not saved')).first()).toBeVisible();
  expect(writes(standin, organization!)).toEqual([]);
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
  const [organization] = await leaveWaiting(launch, standin);
  alter(userData, (db) => db.exec(FOREIGN));
  const { page, letterhead } = await launch();
  await expect(page.getByText('set it aside and started afresh')).toBeVisible();
  await letterhead.button('Recover readable data').click();
  await letterhead.open(organization!.name);
  // What waited is a draft now, which only a review can send.
  await expect(letterhead.field('business_phone')).toHaveValue(PHONE);
  await letterhead.expectText(letterhead.messages.organization_changes_saved({ count: 1 }));
  expect(writes(standin, organization!)).toEqual([]);
});
