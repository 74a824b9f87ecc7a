/** The page of an organization: profile, editing, review, entries, history, and the dialogs of its menu. */
import { expect } from '@playwright/test';
import { emptyProfile } from '../standin';
import { chooseMenuItem } from '../e2e/support/native-ui';
import type { Scene } from './scene';
import { addAndFetch, ALL_SIZES, organizationsOf } from './steps';

const EDITED = {
  business_name: 'Brightwater Holding Ltd',
  business_email: 'reception@brightwater.example',
  business_phone: '+44 20 7946 0124',
  business_address: 'Fourth floor, 98 Quayside\nNewcastle upon Tyne NE1 3DX\nUnited Kingdom',
  external_metadata: '{"crm":"BW-1042","tier":"platinum","since":2019}',
};

const editing: Scene = {
  name: 'reading, editing, reviewing, saving',
  async walk({ launch, show, standin }) {
    const [first, second, third] = organizationsOf(standin);
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, [first!, second!, third!]);
    await letterhead.openProfile(first!);
    await show('reading', { sizes: ALL_SIZES, guide: 'reading' });
    await letterhead.typeDraft({
      business_phone: '+44 20 7946 0123',
      business_email: 'reception@brightwater.example',
    });
    await show('editing', { sizes: ALL_SIZES, guide: 'organization' });
    await show('review', { guide: 'review', part: await letterhead.review() });
    await letterhead.closeDialog();
    await letterhead.save(messages.organization_status_confirmed());
    await show('saved', { guide: 'confirmed' });
    await letterhead.button(messages.common_undo_save()).click();
    await letterhead.expectText(messages.organization_save_undone());
    await show('save-undone');

    await letterhead.field('business_phone').fill('030 1234567');
    await letterhead.field('business_email').fill('not an address');
    await letterhead.openMetadata();
    await letterhead.field('external_metadata').fill('{"crm": "BW-1042"');
    await letterhead.expectText(messages.organization_advice_metadata_broken_json());
    await letterhead.expectText(messages.organization_changes_saved({ count: 3 }));
    await show('advice');
    await letterhead.button(messages.organization_discard()).click();
    await letterhead.expectText(messages.organization_discarded());
    await show('discarded');

    await letterhead.button(messages.organization_more()).click();
    await expect(page.getByRole('menuitem').first()).toBeVisible();
    await show('menu', { sizes: ['usual'] });
    await page.keyboard.press('Escape');
    await letterhead.chooseMoreAction(messages.organization_change_sign_in());
    await expect(letterhead.dialog(messages.organization_change_sign_in())).toBeVisible();
    await show('change-sign-in');
    await letterhead.closeDialog();
    await letterhead.typeDraft({ business_name: 'Brightwater Holding Ltd' });
    await letterhead.chooseMoreAction(messages.organization_remove());
    await expect(letterhead.dialog(messages.organization_remove())).toBeVisible();
    await show('remove');
    await letterhead.closeDialog();

    await letterhead.typeDraft({ ...EDITED, business_email: 'desk@brightwater.example' });
    await show('editing-all');
    await letterhead.review();
    await show('review-all');
    await letterhead.closeDialog();
  },
};

const entries: Scene = {
  name: 'entry by entry',
  async walk({ launch, show, standin }) {
    const [, , third] = organizationsOf(standin);
    const { letterhead } = await launch();
    const { messages } = letterhead;
    const nameOf = (name: string, field: 'business_address' | 'external_metadata'): string =>
      messages.entries_field_name({ name, field: messages[`field_${field}`]() });
    await addAndFetch(letterhead, [third!]);
    await letterhead.openProfile(third!);
    await show('entries', { guide: 'entries' });
    await letterhead.foldedMetadata.click();
    await show('entries-metadata');
    await letterhead.button(nameOf(messages.entries_add(), 'external_metadata')).click();
    await show('entries-new');
    await letterhead.showText('business_address');
    await show('entries-as-text');
  },
};

const incomplete: Scene = {
  name: 'no profile, none fetched yet, an empty one, and one worth a look',
  async walk({ launch, show, standin }) {
    const [first, second, third, fourth, fifth] = organizationsOf(standin);
    standin.setProfile(first!.id, null);
    standin.setProfile(fourth!.id, emptyProfile());
    const path = `/organizations/${second!.id}/profile`;
    standin.faults.add({ mode: '403-9109', match: { path } });
    const hold = standin.hold({ method: 'GET', path: `/organizations/${third!.id}/profile` });
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.setUpAll();
    await letterhead.open(first!.name);
    await letterhead.expectText(messages.organization_no_profile());
    await show('no-profile');
    await letterhead.open(second!.name);
    await letterhead.expectText(messages.organization_no_copy_title());
    await show('never-read');
    await hold.arrived;
    await letterhead.open(third!.name);
    await expect(page.locator('.skeleton')).toBeAttached();
    await show('skeleton');
    hold.release();
    await letterhead.open(fourth!.name);
    await expect(letterhead.field('business_name')).toHaveValue('');
    await show('empty-profile');

    await letterhead.open(fifth!.name);
    await letterhead.expectText(messages.organization_empty_at_cloudflare());
    await page.getByRole('radio', { name: messages.list_filter_attention() }).check();
    await show('empty-fields');
    await letterhead.field('business_email').fill('office@quiet-harbor.example');
    await letterhead.saveField('business_phone', '020 7946 0321');
    await letterhead.expectSaved();
    standin.editElsewhere(fifth!.id, { business_phone: '020 7946 0322' });
    await letterhead.refresh();
    const markAsSeen = letterhead.button(messages.common_mark_as_seen());
    await expect(markAsSeen).toBeVisible();
    await show('worth-a-look');
    await markAsSeen.click();
    await expect(markAsSeen).toBeHidden();
    await show('seen');
  },
};

const history: Scene = {
  name: 'history',
  async walk({ launch, show, standin }) {
    const [first] = organizationsOf(standin);
    const { app, page, letterhead } = await launch();
    const { messages } = letterhead;
    const revisions = page.getByRole('list', { name: messages.history_revisions() });
    await addAndFetch(letterhead, [first!]);
    await letterhead.openProfile(first!);
    await letterhead.openTab(messages.history_tab());
    await expect(revisions).toBeVisible();
    await show('history-first');
    await letterhead.openTab(messages.history_tab_profile());
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
    await letterhead.save(messages.organization_status_confirmed());
    standin.setProfile(first!.id, {
      business_address: '14 Harbour Row\nBristol BS1 4RN\nUnited Kingdom',
      business_email: 'hello@brightwater.example',
    });
    await letterhead.refresh();
    await expect(letterhead.status).toContainText(messages.field_business_address());
    await show('changed-elsewhere');
    await letterhead.openTab(messages.history_tab());
    await expect(revisions).toBeVisible();
    await show('history', { guide: 'history' });
    await letterhead.openTab(messages.history_tab_profile());
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0124' });
    await letterhead.openTab(messages.history_tab());
    await letterhead.button(messages.history_restore()).last().click();
    await expect(letterhead.dialog(messages.history_replace_title())).toBeVisible();
    await show('history-replace');
    await letterhead.closeDialog();
    await revisions
      .getByRole('group', { name: messages.field_business_phone() })
      .last()
      .getByRole('button', { name: messages.history_restore_field(), exact: true })
      .click();
    await expect(letterhead.dialog(messages.history_replace_title())).toBeVisible();
    await show('history-replace-field');
    await letterhead.closeDialog();
    await chooseMenuItem(app, 'activity');
    const happened = page.getByRole('list', { name: messages.activity_heading_what() });
    await expect(happened).toBeVisible();
    await show('activity', { sizes: ALL_SIZES });
    await happened.getByRole('button', { name: messages.activity_texts() }).first().click();
    await expect(happened).toContainText(messages.common_after());
    await show('activity-texts', { sizes: ALL_SIZES });
    await page.getByRole('combobox', { name: messages.activity_kind() }).selectOption('accepted');
    await letterhead.expectText(messages.activity_none_found());
    await show('activity-none');
  },
};

export const organization: readonly Scene[] = [editing, incomplete, entries, history];
