/** Pictures of the banners above a page: keychain, damaged or older data, text that is not stored. */
import { join } from 'node:path';
import type { KeyringState } from '../../build/keyring.mjs';
import { damageOnePage, useOlderDatabase, zeroDatabase } from '../e2e/support/damage';
import { lockDatabase } from '../e2e/support/disk';
import { expect, test } from './support/fixtures';

for (const [name, keyringState] of [
  ['keychain-none', 'none'],
  ['keychain-locked', 'locked'],
] as const satisfies readonly [string, KeyringState][]) {
  test.describe(name, () => {
    test.use({ keyringState });

    test(name, async ({ launchLetterhead, standin }) => {
      const [first] = [...standin.organizations.values()];
      const letterhead = await launchLetterhead();
      const { page, messages } = letterhead;
      await letterhead.openAdd();
      const keep = page.getByRole('checkbox', { name: messages.add_session_only() });
      await expect(keep).toBeVisible();
      await letterhead.capture(name);
      await keep.check();
      await letterhead.signIn();
      await letterhead.choose([first!]);
      await letterhead.openProfile(first!);
      await letterhead.capture(`${name}-session`);
    });
  });
}

test('a keychain that is locked later, or does not answer', async ({
  launchLetterhead,
  standin,
  keyring,
}) => {
  const [first] = [...standin.organizations.values()];
  const before = await launchLetterhead();
  await before.setUp([first!]);
  await before.openProfile(first!);
  await before.running.close();

  await keyring.lock();
  let letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await letterhead.openProfile(first!);
  await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
  await letterhead.save(messages.organization_status_waiting());
  await letterhead.expectText(messages.failure_keychain_locked_what());
  await letterhead.capture('keychain-locked-later');
  await letterhead.running.close();

  await keyring.unlock();
  keyring.freeze();
  letterhead = await launchLetterhead();
  await letterhead.open(first!);
  await letterhead.expectText(messages.banner_keychain_prompt());
  await letterhead.capture('keychain-asking');
  keyring.thaw();
});

test('damaged data', async ({ launchLetterhead, standin, userData }) => {
  const [first, second] = [...standin.organizations.values()];
  const before = await launchLetterhead();
  await before.setUp([first!, second!]);
  await before.running.close();
  await damageOnePage(userData);

  let letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await letterhead.expectText(messages.banner_set_aside());
  await letterhead.capture('damaged');
  await letterhead.button(messages.banner_recover()).click();
  await expect(letterhead.option(first!.name)).toBeVisible();
  await letterhead.capture('damaged-taken-over');
  await letterhead.running.close();

  await zeroDatabase(userData);
  letterhead = await launchLetterhead();
  await letterhead.expectText(messages.banner_unused_keys({ count: 1 }));
  await letterhead.capture('damaged-keys');
  await letterhead.button(messages.banner_use_key()).click();
  await expect(letterhead.dialog(messages.banner_use_key())).toBeVisible();
  await letterhead.capture('damaged-use-key');
});

test('data of an earlier preview', async ({ launchLetterhead, userData }) => {
  await useOlderDatabase(userData);
  const letterhead = await launchLetterhead();
  await letterhead.expectText(letterhead.messages.banner_set_aside_older());
  await letterhead.capture('older');
});

test('text of another page that could not be stored', async ({
  launchLetterhead,
  standin,
  userData,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  await letterhead.setUp([first!, second!]);
  await letterhead.openProfile(first!);
  const undoFault = await lockDatabase(join(userData, 'letterhead.db'), 'to writing');
  await letterhead.field('business_phone').fill('+44 20 7946 0123');
  await letterhead.option(second!.name).click();
  await expect(
    letterhead.page.getByRole('heading', { level: 1, name: second!.name }),
  ).toBeVisible();
  await expect(letterhead.page.getByText(first!.name).first()).toBeVisible();
  await letterhead.capture('unkept-elsewhere');
  await letterhead.option(first!.name).click();
  await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0123');
  await letterhead.capture('unkept');
  undoFault();
});
