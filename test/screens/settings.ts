/** Settings: sign-ins and their dialogs, checks, general, about, details for support, and updates. */
import { expect } from '@playwright/test';
import { chooseMenuItem } from '../e2e/support/native-ui';
import { NEXT } from '../e2e/support/next-version';
import { sampleSignIn, sampleNewKey } from '../standin';
import type { Scene } from './scene';
import { addAndFetch, addWithNewSignIn, ALL_SIZES, COLLEAGUE, organizationsOf } from './steps';

const tabs: Scene = {
  name: 'Settings',
  standin: { organizations: 8, signIns: [sampleSignIn, COLLEAGUE] },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const { app, page, letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all.slice(0, 4));
    await letterhead.openSettings(messages.settings_general());
    await letterhead.button(messages.settings_check_now()).click();
    await letterhead.expectText(messages.settings_check_no_changes());
    // The section after this one is not high enough to begin at the top.
    const start = page.getByRole('radiogroup', { name: messages.updates_title() });
    await show('settings-general', { sizes: ALL_SIZES, guide: 'settings-checks', start });
    await letterhead.button(messages.reset_button()).click();
    const reset = letterhead.dialog(messages.reset_title());
    await expect(reset.getByRole('listitem').first()).toBeVisible();
    await show('remove-everything', { guide: 'remove-everything', part: reset });
    await letterhead.closeDialog();
    await letterhead.openTab(messages.settings_about());
    await show('settings-about');
    await chooseMenuItem(app, 'support');
    const details = letterhead.dialog(messages.support_details_title());
    await expect(details.getByRole('button', { name: messages.common_copy() })).toBeEnabled();
    await show('support-details', { guide: 'support-details', part: details });
    await letterhead.closeDialog();

    await addWithNewSignIn(letterhead, [all[5]!], { label: 'Branches in Germany', ...COLLEAGUE });
    await expect(letterhead.option(all[5]!.name)).toBeVisible();
    await letterhead.openSettings(messages.settings_sign_ins());
    await show('settings-sign-ins', { sizes: ALL_SIZES, guide: 'settings-sign-ins' });
    await letterhead.button(messages.common_organizations({ count: 4, shown: '4' })).click();
    await show('sign-in-organizations');
    await letterhead.openSettings(messages.settings_sign_ins());
    await page.getByRole('button', { name: messages.add_find_new() }).first().click();
    // The button is there while the list is fetched, and moves when it comes.
    await expect(page.getByRole('checkbox', { name: messages.add_select_all() })).toBeVisible();
    await show('find-new-organizations');
    await letterhead.openSettings(messages.settings_sign_ins());
    standin.setKey(COLLEAGUE.userId, sampleNewKey);
    const card = page.getByRole('group', { name: 'Branches in Germany' });
    await card
      .getByRole('button', { name: messages.settings_sign_in_check(), exact: true })
      .click();
    await letterhead.expectText(messages.failure_sign_in_unknown_what());
    await show('settings-sign-in-broken');
    for (const [name, action] of [
      ['sign-in-rename', messages.common_rename()],
      ['sign-in-change-email', messages.sign_ins_change_email()],
      ['sign-in-replace-key', messages.sign_ins_replace_key()],
      ['sign-in-remove', messages.settings_sign_in_remove()],
    ] as const) {
      await letterhead.actOnSignIn(action, card);
      await expect(letterhead.dialog(action)).toBeVisible();
      await show(name);
      await letterhead.closeDialog();
    }
    await letterhead.button(messages.common_back()).click();
    await expect(page.getByRole('region', { name: messages.sign_ins_region() })).toBeVisible();
    await show('sign-in-broken');
  },
};

const selfUpdating: Scene = {
  name: 'updates',
  standin: { organizations: 8 },
  updates: 'installed',
  async walk({ launch, show, standin, updates }) {
    const all = organizationsOf(standin);
    const { letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all.slice(0, 4));
    await letterhead.openSettings(messages.settings_about());
    await letterhead.expectText(messages.updates_not_checked());
    const { release } = updates!;
    updates!.release = { ...release, hashes: {} };
    await letterhead.button(messages.updates_check()).click();
    await letterhead.expectText(messages.failure_updates_wrong_hash_what());
    await show('update-refused');
    updates!.release = release;
    await letterhead.button(messages.updates_check()).click();
    await expect(letterhead.button(messages.updates_restart()).first()).toBeVisible();
    await show('update-ready-about');
    await letterhead.openProfile(all[0]!);
    await letterhead.expectText(messages.updates_ready({ version: NEXT }));
    await show('update-ready');
  },
};

const packaged: Scene = {
  name: 'updates of a package',
  updates: 'reported',
  async walk({ launch, show, standin }) {
    const [first] = organizationsOf(standin);
    const { letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, [first!]);
    await letterhead.openSettings(messages.settings_about());
    await letterhead.button(messages.updates_check()).click();
    await letterhead.expectText(messages.updates_available({ version: NEXT }));
    await show('update-available-about');
    await letterhead.openTab(messages.settings_general());
    await show('settings-general-updates', { sizes: ['small'] });
    await letterhead.openProfile(first!);
    await show('update-available');
  },
};

export const settings: readonly Scene[] = [tabs, selfUpdating, packaged];
