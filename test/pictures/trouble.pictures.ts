/** What is told above a page: the keychain, the data on this computer, a sign-in that needs somebody. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyringState } from '../../build/keyring.mjs';
import { holdDatabase } from '../e2e/support/disk';
import { expect, test } from './support/fixtures';

for (const [name, keyringState] of [
  ['keychain-none', 'none'],
  ['keychain-locked', 'locked'],
] as const satisfies readonly [string, KeyringState][]) {
  test.describe(name, () => {
    test.use({ keyringState });

    test(name, async ({ arrive, standin }) => {
      const [first] = [...standin.organizations.values()];
      const person = await arrive();
      const { page, words } = person;
      await person.openAdd();
      const keep = page.getByRole('checkbox', { name: words.add_session_only() });
      await expect(keep).toBeVisible();
      await person.take(name);
      await keep.check();
      await person.signIn();
      await person.choose([first!]);
      await person.read(first!);
      await person.take(`${name}-session`);
    });
  });
}

test('the keychain is locked later, or does not answer', async ({ arrive, standin, keyring }) => {
  const [first] = [...standin.organizations.values()];
  const before = await arrive();
  await before.setUp([first!]);
  await before.read(first!);
  await before.running.close();

  await keyring.lock();
  let person = await arrive();
  const { words } = person;
  await person.read(first!);
  await person.type({ business_phone: '+44 20 7946 0123' });
  await person.save(words.organization_status_waiting());
  await person.sees(words.failure_keychain_locked_what());
  await person.take('keychain-locked-later');
  await person.running.close();

  await keyring.unlock();
  keyring.freeze();
  person = await arrive();
  await person.open(first!);
  await person.sees(words.banner_asking());
  await person.take('keychain-asking');
  keyring.thaw();
});

test('the data was damaged', async ({ arrive, standin, userData }) => {
  const [first, second] = [...standin.organizations.values()];
  const before = await arrive();
  await before.setUp([first!, second!]);
  await before.running.close();
  const path = join(userData, 'letterhead.db');
  const bytes = await readFile(path);
  // As in test/e2e/database.spec.ts: only the page with what the rate limit keeps can no longer be read.
  const at = bytes.indexOf('"monotonic":');
  bytes[at - (at % 4_096)] = 0xff;
  await writeFile(path, bytes);

  let person = await arrive();
  const { words } = person;
  await person.sees(words.banner_set_aside());
  await person.take('damaged');
  await person.button(words.banner_take_over()).click();
  await expect(person.option(first!.name)).toBeVisible();
  await person.take('damaged-taken-over');
  await person.running.close();

  await writeFile(path, Buffer.alloc(bytes.length));
  person = await arrive();
  await person.sees(words.banner_keys({ count: 1 }));
  await person.take('damaged-keys');
  await person.button(words.banner_use_key()).click();
  await expect(person.dialog(words.banner_use_key())).toBeVisible();
  await person.take('damaged-use-key');
});

test('the data is of an earlier preview', async ({ arrive, userData }) => {
  const fixture = join(import.meta.dirname, '../unit/database/fixtures/schema-2.db');
  await copyFile(fixture, join(userData, 'letterhead.db'));
  const person = await arrive();
  await person.sees(person.words.banner_set_aside_older());
  await person.take('older');
});

test('a page was left whose text could not be kept', async ({ arrive, standin, userData }) => {
  const [first, second] = [...standin.organizations.values()];
  const person = await arrive();
  await person.setUp([first!, second!]);
  await person.read(first!);
  const heal = await holdDatabase(join(userData, 'letterhead.db'), 'to writing');
  await person.field('business_phone').fill('+44 20 7946 0123');
  await person.option(second!.name).click();
  await expect(person.page.getByRole('heading', { level: 1, name: second!.name })).toBeVisible();
  await expect(person.page.getByText(first!.name).first()).toBeVisible();
  await person.take('unkept-elsewhere');
  await person.option(first!.name).click();
  await expect(person.field('business_phone')).toHaveValue('+44 20 7946 0123');
  await person.take('unkept');
  heal();
});
