/** The first run: welcome, a sign-in with its mistakes, and choosing organizations. */
import { expect } from '@playwright/test';
import { sampleToken } from '../standin';
import type { Scene } from './scene';
import { ALL_SIZES, organizationsOf } from './steps';

const first: Scene = {
  name: 'first run',
  standin: { organizations: 25 },
  async walk({ launch, show, standin }) {
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    const names = organizationsOf(standin).map(({ name }) => name);
    await expect(letterhead.button(messages.welcome_add())).toBeVisible();
    await show('welcome', { sizes: ALL_SIZES, guide: 'welcome' });

    await letterhead.openAdd();
    await expect(page.getByRole('textbox', { name: messages.add_sign_in_name() })).toBeVisible();
    await show('sign-in-token', { guide: 'sign-in' });
    await letterhead.chooseKind('key');
    await show('sign-in');
    await letterhead.button(messages.common_continue()).click();
    await letterhead.expectText(messages.add_key_empty());
    await show('sign-in-missing');
    await page.getByRole('textbox', { name: messages.add_email() }).fill('head office');
    await page.getByLabel(messages.add_key(), { exact: true }).fill(sampleToken.value);
    await letterhead.button(messages.common_continue()).click();
    await letterhead.expectText(messages.add_email_malformed());
    await show('sign-in-mistakes');
    await letterhead.signIn({ key: 'f'.repeat(37) });
    await letterhead.expectText(messages.failure_sign_in_unknown_what());
    await show('sign-in-refused');

    const signIn = standin.hold({ method: 'GET', path: '/user' });
    const listing = standin.hold({ method: 'GET', path: '/organizations' });
    await letterhead.signIn();
    await signIn.arrived;
    await letterhead.expectText(messages.common_checking());
    await show('sign-in-checking');
    signIn.release();
    await listing.arrived;
    await letterhead.expectText(messages.add_fetching());
    await show('choose-listing');
    listing.release();

    await page.getByRole('checkbox', { name: messages.add_select_all() }).check();
    await show('choose', { guide: 'choose' });
    const filter = page.getByRole('searchbox', { name: messages.add_filter() });
    await filter.fill('nothing like this');
    await letterhead.expectText(messages.add_none_filtered({ query: 'nothing like this' }));
    await show('choose-none-filtered');
    await filter.fill('');
    await letterhead.button(messages.add_by_id_title()).click();
    await letterhead.button(messages.add_by_id()).click();
    await letterhead.expectText(messages.add_by_id_empty());
    await show('choose-id-missing');
    const id = page.getByRole('textbox', { name: messages.common_organization_id() });
    await id.fill('0123');
    await letterhead.button(messages.add_by_id()).click();
    await letterhead.expectText(messages.failure_organization_invalid_id_what());
    await show('choose-wrong-id');
    await id.fill('');
    await letterhead.choose(names.slice(0, 3));
    await expect(letterhead.option(names[0]!)).toBeVisible();

    await letterhead.openAdd();
    await expect(filter).toBeVisible();
    await show('choose-again');
    await letterhead.button(messages.add_other_sign_in()).click();
    await page.getByRole('radio', { name: /^Head office/ }).check();
    await show('sign-in-saved');
    await letterhead.button(messages.common_continue()).click();
    await expect(filter).toBeVisible();
    await letterhead.chooseAll();
    await letterhead.expectRows(names.length);
    await letterhead.openAdd();
    await letterhead.expectText(messages.add_all_already_saved());
    await show('choose-all-saved');
  },
};

const notEnabled: Scene = {
  name: 'organizations not enabled',
  standin: { organizationsEnabled: false },
  async walk({ launch, show }) {
    const { letterhead } = await launch();
    await letterhead.openAdd();
    await letterhead.signIn();
    await letterhead.expectText(letterhead.messages.failure_organizations_not_enabled_what());
    await show('choose-not-enabled');
  },
};

const none: Scene = {
  name: 'no organizations',
  standin: { organizations: 0 },
  async walk({ launch, show }) {
    const { letterhead } = await launch();
    await letterhead.openAdd();
    await letterhead.signIn();
    await letterhead.expectText(letterhead.messages.add_none_found());
    await show('choose-none');
  },
};

export const firstRun: readonly Scene[] = [first, notEnabled, none];
