/** The list: every state of a row, search and filters, empty, and being read. */
import { expect } from '@playwright/test';
import { scrollRowIntoView } from '../e2e/support/letterhead';
import { makeSignIns, seedUserData } from '../e2e/support/seed-user-data';
import { createCalls } from '../faults/support/calls';
import { sampleSignIn, sampleNewKey } from '../standin';
import type { Scene } from './scene';
import { addAndFetch, addWithNewSignIn, ALL_SIZES, COLLEAGUE, organizationsOf } from './steps';

const states: Scene = {
  name: 'every state of a row',
  standin: { organizations: 18, signIns: [sampleSignIn, COLLEAGUE] },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const paths = all.map(({ id }) => `/organizations/${id}/profile`);
    const [brightwater, moewe, atelier, aonami, quiet, palm, ...rest] = all;
    const [water, books, , northgate, falkenthal, clairval, wakaba, silverbirch, rosenau] = rest;
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    standin.faults.add({ mode: '502-branded-html', match: { path: paths[6]! } });
    await addAndFetch(letterhead, [
      brightwater!,
      moewe!,
      aonami!,
      palm!,
      books!,
      northgate!,
      clairval!,
      wakaba!,
      silverbirch!,
      rosenau!,
      falkenthal!,
    ]);
    await addWithNewSignIn(letterhead, [atelier!, water!, quiet!], {
      label: 'Colleague',
      ...COLLEAGUE,
    });

    // The colleague's key stops working.
    await letterhead.openProfile(atelier!);
    standin.setKey(COLLEAGUE.userId, sampleNewKey);
    await letterhead.typeDraft({ business_phone: '+33 1 99 00 42 18' });
    await letterhead.save(messages.organization_status_waiting());
    await letterhead.openProfile(brightwater!);
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
    standin.setProfile(brightwater!.id, { business_phone: '+44 20 7946 0999' });
    await letterhead.save(messages.organization_status_conflict());
    await letterhead.openProfile(moewe!);
    await letterhead.typeDraft({ business_phone: '+49 30 23125 200' });
    const removeRefusal = standin.faults.add({
      mode: 'validation-error',
      match: { path: paths[1]! },
    });
    await letterhead.save(messages.saves_result_failed());
    removeRefusal();
    await letterhead.openProfile(northgate!);
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0555' });
    const removeDifference = standin.faults.add({
      mode: 'stores-differently',
      match: { path: paths[9]! },
    });
    await letterhead.save(messages.organization_status_stored_differently());
    removeDifference();
    await letterhead.openProfile(clairval!);
    await letterhead.typeDraft({
      business_phone: '+33 1 99 00 10 11',
      business_email: 'a@clairval.example',
    });
    await letterhead.openProfile(silverbirch!);
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0777' });
    standin.faults.add({ mode: '502-branded-html', match: { method: 'PUT', path: paths[13]! } });
    await letterhead.save(messages.organization_status_waiting());
    await letterhead.openProfile(falkenthal!);
    await letterhead.typeDraft({ business_phone: '+49 30 23125 201' });
    const hold = standin.hold({ method: 'PUT', path: paths[10]! });
    await letterhead.save(messages.list_state_saving());
    standin.setProfile(wakaba!.id, { business_phone: '+81 3-0000-0001' });
    await letterhead.openSettings(messages.settings_general());
    await letterhead.button(messages.settings_check_now()).click();
    await scrollRowIntoView(letterhead.list, letterhead.option(wakaba!.name));
    await letterhead.expectText(messages.list_state_changed_elsewhere());
    await letterhead.openProfile(rosenau!);
    await letterhead.list.evaluate((list) => (list.scrollTop = 0));
    await show('list-states', { sizes: ALL_SIZES, guide: 'list' });

    await page.getByRole('radio', { name: messages.list_filter_attention() }).check();
    await show('list-attention');
    await page.getByRole('radio', { name: messages.common_all() }).check();
    const search = page.getByRole('searchbox', { name: messages.list_search() });
    await search.fill('harbor');
    await expect(letterhead.list.getByRole('option')).toHaveCount(1);
    await show('list-found');
    await search.fill('nothing like this');
    await letterhead.expectText(messages.list_nothing_found({ query: 'nothing like this' }));
    await show('list-nothing-found');
    hold.release();
  },
};

const empty: Scene = {
  name: 'empty filters, no open organization, and removing the last one',
  // The only organization would open at once.
  standin: { organizations: 2 },
  async walk({ launch, show, standin, keyring, userData }) {
    const [first, second] = organizationsOf(standin);
    seedUserData(userData, standin, keyring);
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.expectText(messages.organization_none_open_title());
    await show('nothing-open', { sizes: ALL_SIZES });
    for (const [name, filter, message] of [
      ['list-no-changes', messages.changes_title(), messages.list_empty_changes()],
      ['list-no-attention', messages.list_filter_attention(), messages.list_empty_attention()],
    ] as const) {
      await page.getByRole('radio', { name: filter }).check();
      await letterhead.expectText(message);
      await show(name);
    }
    await page.getByRole('radio', { name: messages.common_all() }).check();
    await letterhead.open(second!.name);
    await letterhead.chooseMoreAction(messages.organization_remove());
    const dialog = letterhead.dialog(messages.organization_remove());
    await dialog.getByRole('button', { name: messages.common_remove() }).click();
    await expect(letterhead.option(second!.name)).toBeHidden();
    await letterhead.open(first!.name);
    await letterhead.chooseMoreAction(messages.organization_remove());
    await expect(dialog).toBeVisible();
    await show('remove-last');
    await dialog.getByRole('button', { name: messages.common_remove() }).click();
    await expect(letterhead.button(messages.welcome_add())).toBeVisible();
    await show('welcome-again');
  },
};

/** A name of a sign-in that is wider than the list. */
const LONG_LABEL = 'Hauptverwaltung der gesamten Unternehmensgruppe in Hamburg';

const unread: Scene = {
  name: 'profiles that are not read yet, of two sign-ins',
  standin: { organizations: 12, signIns: [sampleSignIn, ...makeSignIns(1)] },
  async walk({ launch, show, standin }) {
    const [, second] = standin.signIns;
    const [first, ...rest] = organizationsOf(standin);
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.setUpOne(first!);
    const calls = createCalls(page);
    const { signInId } = await calls.value('signIns', 'add', {
      kind: 'key',
      label: LONG_LABEL,
      email: second!.email,
      key: second!.key,
      keep: 'keychain',
      readOnly: false,
    });
    await calls.value('organizations', 'changeSignIn', { entryId: first!.id, signInId });
    // Not before the window knows both sign-ins: it asks for none if there is only one.
    await letterhead.button(messages.list_view()).click();
    await expect(letterhead.choice(messages.list_filter_sign_in())).toBeVisible();
    await show('list-view', { sizes: ALL_SIZES });
    await letterhead.openAdd();
    await page.getByRole('radio', { name: /Head office/ }).check();
    await letterhead.button(messages.common_continue()).click();
    // None is answered before the network is down.
    standin.settings.latency = 20_000;
    await letterhead.chooseAll();
    await letterhead.expectRows(rest.length + 1);
    await expect(letterhead.initialFetchStatus).toBeVisible();
    // They stay unread, because the network is down.
    await standin.goOffline();
    await expect(letterhead.initialFetchStatus).toContainText(
      messages.common_waiting_for_connection(),
    );
    await show('list-unread');
    await letterhead.chooseInView(messages.list_filter_sign_in(), LONG_LABEL);
    await letterhead.expectRows(1);
    await show('list-of-sign-in');
    await page.getByRole('searchbox', { name: messages.list_search() }).fill('nothing like this');
    const count = rest.length;
    await letterhead.expectText(messages.list_unread_search_later({ count, shown: String(count) }));
    await show('list-unread-nothing-found');
    standin.settings.latency = 0;
    await standin.goOnline();
  },
};

const tree: Scene = {
  name: 'a tree of organizations, grouped and filtered by parent',
  standin: { tree: { levels: 5, children: 2 } },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.setUpAll();
    await letterhead.expectRows(all.length);
    await letterhead.waitUntilFetched();
    await letterhead.open(all[4]!.name);
    await letterhead.expectText(messages.list_part_of_label());
    await letterhead.chooseInView(messages.list_group(), 'parent');
    await expect(letterhead.list.getByRole('group').first()).toBeVisible();
    await show('list-grouped', { sizes: ALL_SIZES });
    const parent = messages.list_group_parent();
    await letterhead.chooseInView(parent, { label: all[0]!.name });
    await letterhead.expectRows(3);
    await show('list-of-parent');
    await letterhead.chooseInView(parent, '');
    await page.getByRole('searchbox', { name: messages.list_search() }).fill(all[0]!.name);
    await letterhead.expectRows(3);
    await show('list-found-by-parent');
    await page.getByRole('button', { name: messages.organization_more(), exact: true }).click();
    await page.getByRole('menuitem', { name: messages.labels_menu() }).click();
    const dialog = letterhead.dialog(messages.labels_title());
    await expect(dialog.getByText(messages.labels_none())).toBeVisible();
    const field = dialog.getByRole('textbox', { name: messages.labels_field() });
    for (const label of [
      'VIP',
      'أهلا وسهلا',
      'Süd',
      'Vertragsverlängerung bis Jahresende unterschreiben',
    ]) {
      await field.fill(label);
      await field.press('Enter');
    }
    await field.fill('x'.repeat(51));
    await show('labels', { sizes: ALL_SIZES });
    await field.fill('');
    await dialog.getByRole('button', { name: messages.labels_apply() }).click();
    await letterhead.expectText(messages.labels_on_page());
    await letterhead.chooseInView(messages.list_filter_label(), { label: 'VIP' });
    await letterhead.expectText(messages.list_nothing_found_next());
    await page.getByRole('searchbox', { name: messages.list_search() }).fill('');
    await letterhead.expectRows(1);
    await show('labeled', { sizes: ALL_SIZES });
  },
};

export const list: readonly Scene[] = [states, tree, unread, empty];
