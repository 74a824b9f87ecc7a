/** The banners above a page: keychain, damaged or older data, text that is not stored. */
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { damageOnePage, createOlderDatabase, zeroDatabase } from '../e2e/support/damage';
import { lockDatabase } from '../e2e/support/disk';
import { seedUserData } from '../e2e/support/seed-user-data';
import type { Scene } from './scene';
import { addAndFetch, ALL_SIZES, organizationsOf } from './steps';

/** A keychain that cannot be used when a sign-in is added. */
const unusable = (name: string, keyring: 'none' | 'locked'): Scene => ({
  name,
  keyring,
  async walk({ launch, show, standin }) {
    const [first] = organizationsOf(standin);
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.openAdd();
    const keep = page.getByRole('checkbox', { name: messages.add_session_only_token() });
    await expect(keep).toBeVisible();
    await show(name);
    await keep.check();
    await letterhead.signIn();
    await letterhead.choose([first!.name]);
    await letterhead.openProfile(first!);
    await show(`${name}-session`);
    if (keyring === 'locked') return;
    await letterhead.openSettings(messages.settings_sign_ins());
    await show('settings-sign-in-session');
  },
});

const later: Scene = {
  name: 'a keychain that is locked later, or does not answer',
  standin: { organizations: 2 },
  async walk({ launch, show, standin, keyring, userData }) {
    const [first] = organizationsOf(standin);
    seedUserData(userData, standin, keyring);
    await keyring.lock();
    const locked = await launch();
    const { messages } = locked.letterhead;
    await locked.letterhead.openProfile(first!);
    await locked.letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
    await locked.letterhead.save(messages.organization_status_waiting());
    await locked.letterhead.expectText(messages.failure_keychain_locked_what());
    await show('keychain-locked-later');
    await locked.close();

    await keyring.unlock();
    keyring.freeze();
    const { letterhead } = await launch();
    await letterhead.open(first!.name);
    await letterhead.expectText(messages.banner_keychain_prompt());
    await show('keychain-asking');
    // The message stays.
    await letterhead.expectText(messages.banner_keychain_prompt());
    keyring.thaw();
  },
};

const damaged: Scene = {
  name: 'text that could not be stored, and damaged data',
  async walk({ launch, show, standin, userData }) {
    const [first, second] = organizationsOf(standin);
    const before = await launch();
    const { messages } = before.letterhead;
    await addAndFetch(before.letterhead, [first!, second!]);
    await before.letterhead.openProfile(first!);
    const unlock = await lockDatabase(join(userData, 'letterhead.db'), 'to writing');
    await before.letterhead.field('business_phone').fill('+44 20 7946 0123');
    await before.letterhead.option(second!.name).click();
    await expect(before.letterhead.heading(second!.name)).toBeVisible();
    await expect(before.page.getByRole('main').getByText(first!.name).first()).toBeVisible();
    await show('unkept-elsewhere', { isReadOnly: true });
    await before.letterhead.option(first!.name).click();
    await expect(before.letterhead.field('business_phone')).toHaveValue('+44 20 7946 0123');
    await show('unkept', { isReadOnly: true });
    unlock();
    await before.close();

    await damageOnePage(userData);
    const recovering = await launch();
    await recovering.letterhead.expectText(messages.banner_set_aside());
    await show('damaged');
    await recovering.letterhead.button(messages.banner_recover()).click();
    await expect(recovering.letterhead.option(first!.name)).toBeVisible();
    await show('damaged-taken-over');
    await recovering.close();

    await zeroDatabase(userData);
    const { letterhead } = await launch();
    await letterhead.expectText(messages.banner_unused_keys({ count: 1 }));
    await show('damaged-keys');
    await letterhead.button(messages.banner_use_key()).click();
    await expect(letterhead.dialog(messages.banner_use_key())).toBeVisible();
    await show('damaged-use-key');
  },
};

const drafts: Scene = {
  name: 'startup with drafts, and the narrowest and widest list',
  async walk({ launch, show, standin }) {
    const [first, second, third] = organizationsOf(standin);
    const before = await launch();
    await addAndFetch(before.letterhead, [first!, second!, third!]);
    for (const organization of [first!, second!]) {
      await before.letterhead.openProfile(organization);
      await before.letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
    }
    await before.letterhead.openProfile(third!);
    await before.close();

    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await expect(letterhead.field('business_name')).not.toHaveValue('');
    await show('start-with-drafts', { sizes: ALL_SIZES });
    const line = page.getByRole('separator', { name: messages.list_width() });
    await line.press('Home');
    await show('list-narrowest', { sizes: ['small', 'usual', 'large'] });
    await line.press('End');
    await show('list-widest', { sizes: ['small', 'usual', 'large'] });
    await line.press('Enter');
  },
};

const older: Scene = {
  name: 'data of an earlier preview',
  async walk({ launch, show, userData }) {
    await createOlderDatabase(userData);
    const { letterhead } = await launch();
    await letterhead.expectText(letterhead.messages.banner_set_aside_older());
    await show('older');
  },
};

export const banners: readonly Scene[] = [
  damaged,
  later,
  drafts,
  unusable('keychain-none', 'none'),
  unusable('keychain-locked', 'locked'),
  older,
];
